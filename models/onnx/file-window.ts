import { readSync } from "node:fs";
import { ModelRefused } from "../model-refused.ts";

/** Bytes of a file by their position. */
export interface FileWindow {
  readonly sizeBytes: number;
  /** Exactly the bytes start…end, valid until the next call; throws ModelRefused beyond the file's end. */
  readonly bytes: (start: number, end: number) => Uint8Array;
}

/** Looks at an open file through one buffer, so that memory stays small whatever the file's size. */
export function fileWindow(descriptor: number, sizeBytes: number): FileWindow {
  let buffer = new Uint8Array(64 * 1024);
  let from = 0;
  let to = 0;

  return {
    sizeBytes,
    bytes(start, end) {
      if (end > sizeBytes) throw truncated();
      if (start < from || end > to) {
        if (end - start > buffer.length) buffer = new Uint8Array(end - start);
        from = start;
        to = start;
        while (to < end) {
          const read = readSync(descriptor, buffer, to - from, buffer.length - (to - from), to);
          if (read === 0) throw truncated();
          to += read;
        }
      }
      return buffer.subarray(start - from, end - from);
    },
  };
}

/** What is said of a file that promises more bytes than it has. */
export const truncated = (): ModelRefused =>
  new ModelRefused("The file ends in the middle of the model, or is damaged.", {
    hint: "Download or export it again, and compare its size with that of the original.",
  });
