import { describe, expect, test } from "vitest";
import type { Detection, FrameDetections } from "../../contracts/detection.ts";
import { leastCost } from "../../gpu-worker/pipeline/track/assignment.ts";
import { sort } from "../../gpu-worker/pipeline/track/sort.ts";

const at = (x: number, y = 0, differences: Partial<Detection> = {}): Detection => ({
  class_id: 0,
  label: "player",
  score: 0.9,
  box: [x, y, x + 20, y + 40],
  ...differences,
});

/** Ids of each frame's detections, as the tracker gives them. */
async function ids(frames: Detection[][], secondsPerFrame = 0.04) {
  async function* given(): AsyncGenerator<FrameDetections> {
    for (const [index, detections] of frames.entries()) {
      yield { frame_index: index, pts: index, t: index * secondsPerFrame, detections };
    }
  }
  const seen: (number | undefined)[][] = [];
  for await (const { detections } of sort(given(), { startScore: 0.4 })) {
    seen.push(detections.map(({ track_id }) => track_id));
  }
  return seen;
}

test("an object keeps its number while it moves, from its second sighting on", async () => {
  const seen = await ids(Array.from({ length: 5 }, (_, frame) => [at(frame * 5)]));

  expect(seen).toEqual([[undefined], [1], [1], [1], [1]]);
});

test("two objects that cross keep their numbers: they go on as they went", async () => {
  const frames = Array.from({ length: 21 }, (_, frame) => [at(frame * 4), at(80 - frame * 4, 6)]);

  const seen = await ids(frames);

  expect(new Set(seen.slice(2).map((pair) => pair.join()))).toEqual(new Set(["1,2"]));
});

test("an object out of sight for less than a second is the same when it comes back", async () => {
  const frames = Array.from({ length: 30 }, (_, frame) =>
    frame > 8 && frame < 20 ? [] : [at(frame * 5)],
  );

  const seen = await ids(frames);

  expect(seen.at(-1)).toEqual([1]);
});

test("after more than a second it is another", async () => {
  const frames = Array.from({ length: 60 }, (_, frame) =>
    frame > 8 && frame < 40 ? [] : [at(10)],
  );

  const seen = await ids(frames);

  expect(seen.at(-1)).toEqual([2]);
});

test("seconds count, not frames: a video that is looked at once a second has tracks too", async () => {
  expect(await ids([[at(0)], [at(3)], [at(6)]], 1)).toEqual([[undefined], [1], [1]]);
});

test("a weak detection continues a track but begins none", async () => {
  const weak = { score: 0.2 };

  expect(await ids([[at(0, 0, weak)], [at(0, 0, weak)]])).toEqual([[undefined], [undefined]]);
  expect(await ids([[at(0)], [at(0)], [at(0, 0, weak)]])).toEqual([[undefined], [1], [1]]);
});

test("objects of different classes never share a track", async () => {
  const ball = { class_id: 1 };

  expect(await ids([[at(0)], [at(0, 0, ball)], [at(0, 0, ball)]])).toEqual([
    [undefined],
    [undefined],
    [1],
  ]);
});

test("the same frames get the same numbers", async () => {
  const frames = Array.from({ length: 20 }, (_, frame) =>
    Array.from({ length: 12 }, (_, object) => at(object * 15 + ((frame * object) % 7), object * 9)),
  );

  expect(await ids(frames)).toEqual(await ids(structuredClone(frames)));
});

describe("least cost", () => {
  const permutations = (items: number[], length: number): number[][] =>
    length === 0
      ? [[]]
      : items.flatMap((item) =>
          permutations(
            items.filter((other) => other !== item),
            length - 1,
          ).map((rest) => [item, ...rest]),
        );

  test("is as low as the best of all assignments", () => {
    let state = 7;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 60; round++) {
      const [rows, columns] = [1 + (round % 4), 4 + (round % 2)];
      const costs = Array.from({ length: rows }, () =>
        Float64Array.from({ length: columns }, random),
      );
      const sum = (columnOf: ArrayLike<number>) =>
        costs.reduce((total, row, index) => total + row[columnOf[index]!]!, 0);
      const best = Math.min(
        ...permutations(
          Array.from({ length: columns }, (_, index) => index),
          rows,
        ).map(sum),
      );

      const found = leastCost(costs);

      expect(new Set(found).size).toBe(rows);
      expect(sum(found)).toBeCloseTo(best, 9);
    }
  });
});
