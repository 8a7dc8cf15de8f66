import type { Expected } from "./expected.ts";

/** A file that is made to cost more than it should. */
export interface Hostile {
  readonly name: string;
  readonly bytes: () => Buffer;
  readonly expected: Expected;
}

/** Refused for good; which of the reasons comes first is no matter, and differs between builds of ffmpeg. */
export const unreadable: Expected = {
  verdict: "failed",
  codes: [
    "NOT_A_VIDEO",
    "CONTAINER_REFUSED",
    "NO_VIDEO_STREAM",
    "VIDEO_EMPTY",
    "VIDEO_LIMIT_EXCEEDED",
  ],
};
