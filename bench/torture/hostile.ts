import type { Expected } from "./expected.ts";

/** A file that is made to cost more than it should. */
export interface Hostile {
  readonly name: string;
  readonly bytes: () => Buffer;
  readonly expected: Expected;
}
