import { expect, test } from "vitest";
import { frameTruth } from "../../../../gpu-worker/pipeline/decode/frame-truth.ts";
import { every, selectionIn, videoOf } from "../../support/tables.ts";

/** What is known once ffmpeg has told of these frames of a segment from 80 to 120, sought at the key frame 40. */
function told(...frames: readonly (readonly [pts: number | "NOPTS", type: string])[]) {
  const video = { ...videoOf(200, every(20, 200)), streamIndex: 0 };
  const segment = { from: 80, to: 120, fromPts: 80, toPts: 120 };
  const truth = frameTruth(video, selectionIn(video).within(segment), {
    ...segment,
    preroll: { position: 40, seconds: 1.6 },
  });
  truth.hear("[info] Stream mapping:");
  for (const [pts, type] of frames) {
    truth.hear(`n:   0 pts: ${pts} pts_time:0 iskey:${type === "I" ? 1 : 0} type:${type} `);
  }
  return truth;
}

test("decoding has begun where it was to once the key frame there has come in full", () => {
  expect(told().landing).toBe("open");
  expect(told([38, "B"], ["NOPTS", "B"]).landing).toBe("open");
  expect(told([38, "B"], [40, "I"], [41, "P"]).landing).toBe("landed");
});

test("it went astray where that frame is made from others, or does not come", () => {
  expect(told([38, "B"], [40, "P"]).landing).toBe("astray");
  expect(told([38, "B"], [41, "I"]).landing).toBe("astray");
});

test("what comes ahead of the segment is neither taken nor counted, and has no say in its numbers", () => {
  const truth = told([38, "B"], ["NOPTS", "B"], [40, "I"], [79, "P"], [80, "I"], [81, "P"]);

  expect([truth.take(), truth.take(), truth.take()]).toEqual([
    { frameIndex: 80, pts: 80 },
    { frameIndex: 81, pts: 81 },
    undefined,
  ]);
  expect([truth.framesDecoded, truth.framesHeard, truth.fault]).toEqual([2, 5, undefined]);
});

test("nothing is taken from a decoding that went astray, whatever times it tells", () => {
  expect(told([80, "I"], [81, "P"]).take()).toBeUndefined();
});

test("frames behind the segment end it", () => {
  const frames = Array.from({ length: 40 }, (_, n) => [80 + n, "P"] as const);

  expect(told([40, "I"], ...frames).pastRange).toBe(false);
  expect(told([40, "I"], ...frames, [120, "I"]).pastRange).toBe(true);
});
