import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { secondsOf, timeRangeOf } from "../../contracts/video-time.ts";

test.each([
  ["90", 90],
  ["90.5", 90.5],
  ["1:30", 90],
  ["1:01:30.25", 3690.25],
])("%s is %d seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each(["", "-1", "1:", "1:2:3:4", "1.5:00", "soon"])("%j is no time", (text) => {
  expect(secondsOf(text)).toBeUndefined();
});

test("a range that is open on one side reaches to the video's end there, and on both sides is none", () => {
  expect(timeRangeOf(5, 10)).toEqual({ start: 5, end: 10 });
  expect(timeRangeOf(undefined, 10)).toEqual({ start: 0, end: 10 });
  expect(timeRangeOf(5, undefined)).toEqual({ start: 5, end: limits.durationSecondsMax });
  expect(timeRangeOf(undefined, undefined)).toBeUndefined();
});
