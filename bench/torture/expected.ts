import type { ErrorCode } from "../../contracts/errors.ts";
import type { Seen } from "./see.ts";

/** The right verdict on a file. */
export type Expected =
  | { readonly verdict: "complete"; readonly frames: number }
  | {
      readonly verdict: "partial";
      /** How many come out; decoders patch more or less. */
      readonly frames: readonly [min: number, max: number];
      /** Seconds that no gap may leave out. */
      readonly lost: readonly [start: number, end: number];
      /** No gap may begin before. */
      readonly soundUntil: number;
    }
  | {
      readonly verdict: "failed";
      readonly codes: readonly ErrorCode[];
      /** Words of the message. */
      readonly says?: RegExp;
    };

/** What is wrong with what was seen; an empty text if nothing is. */
export function mismatch(expected: Expected, seen: Seen): string {
  if (seen.verdict !== expected.verdict) return `${seen.verdict} instead of ${expected.verdict}`;
  if (expected.verdict === "partial") return partialMismatch(expected, seen);
  if (expected.verdict === "complete") {
    if (seen.frames !== expected.frames)
      return `${seen.frames} frames instead of ${expected.frames}`;
    return seen.numbered ? "" : "frames are not numbered from 0 on";
  }
  if (!seen.permanent) return `tried again after ${seen.code}`;
  if (!expected.codes.some((code) => code === seen.code)) return `${seen.code}`;
  return expected.says && !expected.says.test(seen.message!) ? `says: ${seen.message}` : "";
}

function partialMismatch(
  { frames: [min, max], lost, soundUntil }: Extract<Expected, { verdict: "partial" }>,
  { frames, gaps }: Seen,
): string {
  if (frames < min || frames > max) return `${frames} frames instead of ${min} to ${max}`;
  const first = gaps[0]!.start;
  if (first < soundUntil - rounding) return `a gap at ${first} s, where all is sound`;
  const inside = gaps.filter(({ start, end }) => start < lost[1] && end > lost[0]);
  const covered = inside.reduce(
    (until, { start, end }) => (start <= until + rounding ? Math.max(until, end) : until),
    lost[0],
  );
  return covered >= lost[1] - rounding ? "" : `no gap from ${covered} s on`;
}

/** Half a millisecond: headers round. */
const rounding = 5e-4;
