import { Problem } from "../../contracts/api.ts";

interface ApiErrorFacts {
  /** A code of the system, or UNREACHABLE, UNREADABLE, NOT_AUTHORISED of this client. */
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
}

/** An answer of the API that is not the one hoped for, in words that can be shown. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly hint: string;

  constructor({ code, status, title, detail, hint }: ApiErrorFacts, options?: ErrorOptions) {
    super(`${title}: ${detail}`, options);
    this.code = code;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.hint = hint;
  }

  /** Whether the same request may succeed a little later. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** No answer came at all. */
export const unreachable = (apiUrl: string, cause: unknown): ApiError =>
  new ApiError(
    {
      code: "UNREACHABLE",
      status: 0,
      title: "The API does not answer",
      detail: `${apiUrl} (${innermostMessage(cause)})`,
      hint: "Check the address and the network; `framequeue up` starts a system on this machine.",
    },
    { cause },
  );

const wordsOf = {
  401: {
    detail: "It wants a key, and none was sent.",
    hint: "Set FRAMEQUEUE_API_KEY to an API key; `framequeue key create NAME` makes one, with AWS credentials.",
  },
  403: {
    detail: "The key that was sent opens nothing: it is unknown, revoked, or of another system.",
    hint: "Set FRAMEQUEUE_API_KEY to another; `framequeue key ls` lists those there are, `framequeue key create NAME` makes one.",
  },
} as const;

/** Reads a refusal: problem+json of ours, or whatever something in between has answered. */
export function refusal(status: number, body: unknown): ApiError {
  const problem = Problem.safeParse(body);
  if (problem.success) return new ApiError({ ...problem.data, status });

  // A gateway's authorizer answers before any code of ours and knows no codes.
  if (status === 401 || status === 403) {
    return new ApiError({
      code: "NOT_AUTHORISED",
      status,
      title: "The API does not let you in",
      ...wordsOf[status],
    });
  }
  return unreadable(status, `It answered ${status} without a reason.`);
}

/** An answer came that this version does not understand. */
export const unreadable = (status: number, detail: string): ApiError =>
  new ApiError({
    code: "UNREADABLE",
    status,
    title: "The API gave an answer that cannot be read",
    detail,
    hint: "Check that the address is a Framequeue's, of the same version as this command.",
  });

function innermostMessage(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
