import { describe, expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { addCandidate, candidatesFor, type Candidates } from "../../gpu-worker/detector/boxes.ts";
import { keepBest } from "../../gpu-worker/detector/nms.ts";
import { overlap } from "../../gpu-worker/pipeline/track/overlap.ts";

type Rule = Parameters<typeof keepBest>[1];

/** The definition, without a thought for speed: a box stays if no better one that stays covers it. */
function bruteForce(boxes: Candidates, { nms, iou, max_detections }: Rule): number[] {
  const at = (index: number) => ({
    index,
    score: boxes.score[index]!,
    classId: boxes.classId[index]!,
    box: [boxes.x1[index]!, boxes.y1[index]!, boxes.x2[index]!, boxes.y2[index]!] as [
      number,
      number,
      number,
      number,
    ],
  });
  const best = Array.from({ length: boxes.count }, (_, index) => at(index)).sort(
    (a, b) => b.score - a.score || a.index - b.index,
  );
  const kept: typeof best = [];
  for (const each of best) {
    const covered = kept.some(
      (better) =>
        nms !== "none" &&
        (nms === "agnostic" || better.classId === each.classId) &&
        overlap(better.box, each.box) > iou,
    );
    if (!covered) kept.push(each);
  }
  return kept.slice(0, max_detections).map(({ index }) => index);
}

/** Deterministic, so that a failure comes again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe.each(["per-class", "agnostic", "none"] as const)("%s", (nms) => {
  test("keeps what the definition keeps, in 200 random crowds with equal scores among them", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = generator(seed);
      const boxes = candidatesFor(40);
      for (let count = 0; count < 40; count++) {
        const [x, y, width, height] = [
          random() * 60,
          random() * 60,
          4 + random() * 30,
          4 + random() * 30,
        ];
        addCandidate(
          boxes,
          x,
          y,
          width,
          height,
          Math.round(random() * 20) / 20,
          Math.floor(random() * 3),
        );
      }
      const rule = { nms, iou: 0.45, max_detections: 25 };

      expect([...keepBest(boxes, rule)], `seed ${seed}`).toEqual(bruteForce(boxes, rule));
    }
  });
});

test("two boxes that overlap exactly by the limit both stay", () => {
  const boxes = candidatesFor(2);
  addCandidate(boxes, 5, 5, 10, 10, 0.9, 0);
  addCandidate(boxes, 5, 2.5, 10, 5, 0.8, 0);

  expect([...keepBest(boxes, { nms: "per-class", iou: 0.5, max_detections: 10 })]).toEqual([0, 1]);
});

test("of more candidates than are compared the best are", () => {
  const count = limits.candidatesMax + 10;
  const boxes = candidatesFor(0);
  for (let index = 0; index < count; index++) {
    addCandidate(boxes, 5, 5, 2, 2, index / count, index);
  }

  const kept = keepBest(boxes, { nms: "per-class", iou: 0.5, max_detections: count });

  expect(kept).toHaveLength(limits.candidatesMax);
  expect([kept[0], kept.at(-1)]).toEqual([count - 1, 10]);
});

test("boxes far outside of the picture are compared like others", () => {
  const boxes = candidatesFor(0);
  addCandidate(boxes, -1e6, 5, 10, 10, 0.9, 0);
  addCandidate(boxes, -1e6, 5, 10, 10, 0.8, 0);
  addCandidate(boxes, 1e6, 1e6, 1e3, 1e3, 0.7, 0);

  expect([...keepBest(boxes, { nms: "agnostic", iou: 0.5, max_detections: 9 })]).toEqual([0, 2]);
});
