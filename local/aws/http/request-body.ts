import type { IncomingMessage } from "node:http";
import { AwsError } from "../aws-error.ts";

/** More than any JSON or XML request of these services may be (DynamoDB's 16 MB is the largest). */
const documentBytesMax = 16 * 1024 * 1024;

/**
 * The body as it arrives. Leaving the loop early does not destroy the request, because that would
 * take the socket with it, and the client would see a reset instead of the reason.
 */
export function streamBody(request: IncomingMessage): AsyncIterable<Buffer> {
  return {
    [Symbol.asyncIterator]: () =>
      request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>,
  };
}

/** The whole body of a request that carries a document, not an object. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of streamBody(request)) {
    sizeBytes += chunk.length;
    if (sizeBytes > documentBytesMax) {
      throw new AwsError(413, "RequestEntityTooLarge", "The request body is too large.");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
