import type { Readable } from "node:stream";

/** Reads from a stream exactly as many bytes as are asked for: false at its end, also one in mid-frame. */
export function exactReader(stream: Readable): (into: Uint8Array) => Promise<boolean> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let rest: Uint8Array = new Uint8Array(0);

  return async (into) => {
    let filled = 0;
    while (filled < into.byteLength) {
      if (rest.byteLength === 0) {
        const next = await chunks.next();
        if (next.done) return false;
        rest = next.value;
      }
      const part = rest.subarray(0, into.byteLength - filled);
      into.set(part, filled);
      rest = rest.subarray(part.byteLength);
      filled += part.byteLength;
    }
    return true;
  };
}
