import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { crc32 } from "node:zlib";
import { AwsError } from "../aws-error.ts";
import type { Session } from "../iam/roles.ts";
import type { Verifier } from "../sigv4/verifier.ts";
import { sessionOf, verifyRequest } from "../sigv4/verify-request.ts";
import { readBody } from "./request-body.ts";
import type { RequestTarget } from "./request-target.ts";

/** An answer of a service that speaks JSON, with its extra headers. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface JsonService {
  readonly verifier: Verifier;
  /** Refuses what the session that asks may not; undefined is the machine's own key. */
  readonly permit: (session: Session | undefined, action: string, input: unknown) => void;
  /** Runs the action named in X-Amz-Target. `signal` is aborted when the client has gone. */
  readonly run: (action: string, input: unknown, signal: AbortSignal) => unknown;
  /** How the service spells a refusal. Anything but an AwsError is a fault of ours and has status 500. */
  readonly refuse: (error: unknown) => JsonAnswer;
}

/** One HTTP handler for the services that name their action in X-Amz-Target. */
export function jsonHandler({ verifier, permit, run, refuse }: JsonService) {
  const answer = async (
    request: IncomingMessage,
    target: RequestTarget,
    signal: AbortSignal,
  ): Promise<JsonAnswer> => {
    try {
      const body = await readBody(request);
      const { method = "", headers } = request;
      verifyRequest({ method, headers, target, body }, verifier);
      const action = String(headers["x-amz-target"]).split(".")[1] ?? "";
      const input = parseInput(body);
      permit(sessionOf({ headers, target }, verifier), action, input);
      return { status: 200, body: (await run(action, input, signal)) ?? {} };
    } catch (error) {
      return refuse(error);
    }
  };

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    target: RequestTarget,
  ): Promise<void> => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const { status, body, headers } = await answer(request, target, gone.signal);
    if (response.destroyed) return;
    const bytes = Buffer.from(JSON.stringify(body));
    response.writeHead(status, {
      "content-type": "application/x-amz-json-1.0",
      "content-length": bytes.length,
      "x-amzn-requestid": randomUUID(),
      "x-amz-crc32": crc32(bytes),
      ...headers,
    });
    response.end(bytes);
  };
}

/** How most of them spell a refusal; `fault` is the code for what is not the caller's. */
export const refuseAs =
  (fault: string) =>
  (error: unknown): JsonAnswer => {
    if (!(error instanceof AwsError)) console.error(error);
    const { status, code, message } =
      error instanceof AwsError ? error : new AwsError(500, fault, String(error));
    if (code === "AccessDenied") {
      return { status: 400, body: { __type: "AccessDeniedException", message } };
    }
    return { status, body: { __type: code, message } };
  };

function parseInput(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    throw new AwsError(400, "SerializationException", "The request is not valid JSON.");
  }
}
