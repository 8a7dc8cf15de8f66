import type { JobView } from "../../contracts/api.ts";

/** What went wrong, and what the person can do. */
export function Failure({ job }: { job: JobView }) {
  const { error } = job;
  if (error === null) return null;
  return (
    <section class="panel failure" aria-labelledby="failure-title">
      <h2 id="failure-title">{error.title}</h2>
      <p>{error.message}</p>
      <p class="failure-hint">{error.hint}</p>
      <p class="notice-foot">
        <code>{error.code}</code>
        <a href={error.docs} target="_blank" rel="noreferrer">
          What this means
        </a>
      </p>
    </section>
  );
}
