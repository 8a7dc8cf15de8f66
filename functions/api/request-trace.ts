import { createHash } from "node:crypto";
import { isTraceId, traceIdOfHeader } from "../../contracts/trace-id.ts";
import type { ApiEvent } from "./api-event.ts";

/** The trace that a request belongs to: its caller's, or one of its own, which is its request id's. */
export function requestTrace({ headers }: Pick<ApiEvent, "headers">, requestId: string): string {
  const named = traceIdOfHeader(headers["traceparent"]);
  if (named) return named;
  const hex = requestId.replaceAll("-", "").toLowerCase();
  return isTraceId(hex) ? hex : createHash("sha256").update(requestId).digest("hex").slice(0, 32);
}
