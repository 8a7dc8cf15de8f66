import type { JobId } from "./job-id.ts";

/** W3C Trace Context: version, trace id, parent id, flags; a later version may add fields. */
const traceparent = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/;
const crockford = "0123456789abcdefghjkmnpqrstvwxyz";

/** Whether these are 128 bits in lower-case hex, and not all of them zero. */
export const isTraceId = (text: string): boolean => /^(?!0{32})[0-9a-f]{32}$/.test(text);

/** The trace that a `traceparent` header names (https://www.w3.org/TR/trace-context/); undefined for a header that is not valid. */
export function traceIdOfHeader(header: string | undefined): string | undefined {
  const [whole, traceId = "", parentId = ""] = traceparent.exec(header ?? "") ?? [];
  const isPlain = whole !== undefined && (!whole.startsWith("00-") || whole.length === 55);
  return isPlain && isTraceId(traceId) && !/^0+$/.test(parentId) ? traceId : undefined;
}

/** One id from submit to publish: what the row was given, or the 128 bits of the job's id in hex. */
export const traceIdOf = ({
  jobId,
  traceId,
}: {
  readonly jobId: JobId;
  readonly traceId?: string;
}): string => traceId ?? hexOf(jobId);

function hexOf(jobId: JobId): string {
  let bits = 0n;
  for (const digit of jobId) bits = bits * 32n + BigInt(crockford.indexOf(digit));
  return BigInt.asUintN(128, bits).toString(16).padStart(32, "0");
}
