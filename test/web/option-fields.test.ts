import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { JobOptions } from "../../contracts/pipeline.ts";
import { optionsFrom, untouched, type OptionFields } from "../../web/upload/option-fields.ts";

test("a form that nobody touched changes nothing of the pipeline", () => {
  expect(optionsFrom(untouched)).toEqual({ options: {} });
});

test.each<[Partial<OptionFields>, JobOptions]>([
  [{ frames: "every" }, { sampling: { mode: "every" } }],
  [{ frames: "fps", rate: "2.5" }, { sampling: { mode: "fps", fps: 2.5 } }],
  [{ frames: "stride", rate: " 10 " }, { sampling: { mode: "stride", stride: 10 } }],
  [{ from: "1:30", to: "0:02:00" }, { time_range: { start: 90, end: 120 } }],
  [{ to: "12.5" }, { time_range: { start: 0, end: 12.5 } }],
  [{ from: "5" }, { time_range: { start: 5, end: limits.durationSecondsMax } }],
  [{ tracker: "none" }, { tracker: "none" }],
  // What was entered for another sampling is not asked for any more.
  [{ frames: "", rate: "x" }, {}],
])("%o is asked for as the API takes it", (fields, options) => {
  const asked = optionsFrom({ ...untouched, ...fields });

  expect(asked).toEqual({ options });
  expect(JobOptions.safeParse(options).success).toBe(true);
});

test.each<[Partial<OptionFields>, RegExp]>([
  [{ frames: "fps" }, /Frames a second: a number above 0/],
  [{ frames: "fps", rate: "0" }, /above 0/],
  [{ frames: "fps", rate: "1e9" }, /up to 1000/],
  [{ frames: "stride", rate: "1.5" }, /a whole number/],
  [{ frames: "stride", rate: "0" }, /from 1/],
  [{ from: "soon" }, /seconds, or a time such as 1:30/],
  [{ to: "-3" }, /seconds, or a time/],
  [{ from: "2:00", to: "1:00" }, /From must be before to/],
  [{ to: "0" }, /From must be before to/],
])("%o is refused in words before anything is sent", (fields, words) => {
  expect(optionsFrom({ ...untouched, ...fields })).toEqual({
    wrong: expect.stringMatching(words) as string,
  });
});
