import { expect, test } from "vitest";
import { chosen } from "../../../contracts/exports/chosen.ts";
import type { Choice } from "../../../contracts/exports/chosen.ts";
import { frameName, stemOf } from "../../../contracts/exports/names.ts";
import { classes, tinyFrames } from "./tiny-result.ts";

async function scores(choice: Choice): Promise<number[][]> {
  const found: number[][] = [];
  for await (const { detections } of chosen(tinyFrames(), choice)) {
    found.push(detections.map(({ score }) => score));
  }
  return found;
}

test("a choice leaves out detections and never a frame", async () => {
  expect(await scores({ scoreMin: 0 })).toEqual([[0.9, 0.5], [0.8, 0.1], [], [0.7]]);
  expect(await scores({ scoreMin: 0.8 })).toEqual([[0.9], [0.8], [], []]);
  expect(await scores({ scoreMin: 0, classes: [classes[1]!] })).toEqual([[0.5], [0.1], [], []]);
  expect(await scores({ scoreMin: 0, tracksOnly: true })).toEqual([[0.9], [0.8, 0.1], [], [0.7]]);
});

test.each([
  ["match.mp4", "match"],
  ["a/b\\späti (2).final.mov", "späti_2_.final"],
  ["..", "video"],
  ["x".repeat(300), "x".repeat(48)],
])("%s becomes %s", (filename, stem) => {
  expect(stemOf(filename)).toBe(stem);
});

test("a frame's name holds its index, however large", () => {
  expect([frameName(7), frameName(1_234_567)]).toEqual(["frame_000007", "frame_1234567"]);
});
