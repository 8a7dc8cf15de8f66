import { ApiProblem } from "../api/client.ts";

// A detail that only repeats the title says nothing twice.
const problemWords = ({ title, message, hint }: ApiProblem): string =>
  message.replace(/\.$/, "") === title ? hint : `${message} ${hint}`;

/** An error with what can be done about it. */
export function Notice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = error instanceof ApiProblem ? error : undefined;
  return (
    <div class="notice notice-bad" role="alert">
      <p class="notice-title">{problem?.title ?? "Something went wrong on this page"}</p>
      <p>{problem === undefined ? String(error) : problemWords(problem)}</p>
      <p class="notice-foot">
        {problem && <code>{problem.code}</code>}
        {problem?.docs && (
          <a href={problem.docs} target="_blank" rel="noreferrer">
            What this means
          </a>
        )}
        {onRetry && (
          <button type="button" class="button" onClick={onRetry}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}
