import type { Problem } from "../../contracts/api.ts";
import { bearerRefused } from "../access/access.ts";
import { bearer } from "../access/bearer.ts";

/** An answer of the API that is not the one hoped for, in words that can be shown. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly hint: string;
  readonly docs: string | undefined;

  constructor(problem: {
    code: string;
    status: number;
    title: string;
    detail: string;
    hint: string;
    docs?: string | undefined;
  }) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.hint = problem.hint;
    this.docs = problem.docs;
  }
}

interface Call {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "code" in body && "title" in body;

/** Calls the API, which lives on the page's own origin; rejects with an ApiProblem. */
export async function call<Answer>(
  method: "GET" | "POST" | "DELETE",
  path: `/v1/${string}`,
  { body, headers, signal }: Call = {},
): Promise<Answer> {
  const token = await bearer().catch(() => {
    throw new ApiProblem({
      code: "UNREACHABLE",
      status: 0,
      title: "The sign-in does not answer",
      detail: "Your sign-in is to be renewed, and no answer came from where you signed in.",
      hint: "Check the connection and try again.",
    });
  });
  const request: RequestInit = {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    signal: signal ?? null,
  };
  if (body !== undefined) request.body = JSON.stringify(body);

  const answer = await fetch(path, request).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiProblem({
      code: "UNREACHABLE",
      status: 0,
      title: "The API does not answer",
      detail: "No answer came from this page's own address.",
      hint: "Check the connection, and that the system is running.",
    });
  });

  if (answer.status === 204) return undefined as Answer;
  const read: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && read !== undefined) return read as Answer;

  if (answer.status === 401 || answer.status === 403) bearerRefused(answer.status, token);
  if (isProblem(read)) throw new ApiProblem({ ...read, docs: read.type });
  throw new ApiProblem({
    code: "UNREADABLE",
    status: answer.status,
    title: "The API gave an answer that cannot be read",
    detail: `It answered ${answer.status} without JSON.`,
    hint: "Something between this page and the API may have answered in its place; try again.",
  });
}
