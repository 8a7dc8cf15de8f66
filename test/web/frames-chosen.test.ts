import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { framesChosen } from "../../web/player/frames-chosen.ts";

const every = { mode: "every" } as const;

test.each([
  [every, null, ""],
  [{ mode: "fps", fps: 5 } as const, null, "at most 5 frames a second"],
  [{ mode: "stride", stride: 10 } as const, null, "one frame of 10"],
  [every, { start: 90, end: 120 }, "from 1:30.00, up to 2:00.00"],
  [every, { start: 0, end: 30 }, "up to 0:30.00"],
  [every, { start: 5, end: limits.durationSecondsMax }, "from 0:05.00"],
])("%o within %o is said as %j", (sampling, time_range, words) => {
  expect(framesChosen({ sampling, time_range })).toBe(words);
});
