import { expect, test } from "vitest";
import type { Detection, FrameDetections } from "../../contracts/detection.ts";
import { trackScore } from "../../bench/track/metrics.ts";
import type { TrueObject } from "../../bench/track/scene.ts";

const boxAt = (x: number): Detection["box"] => [x, 0, x + 10, 10];

interface Frame {
  readonly there: [number, number][];
  readonly tracked: [number, number][];
}

/** Each frame as what is there and what was tracked: [number, x]. */
function scored(frames: readonly Frame[]) {
  const truth = frames.map(({ there }) =>
    there.map(([id, x]): TrueObject => ({ id, class_id: 0, box: boxAt(x) })),
  );
  const seen = frames.map(({ tracked }, index): FrameDetections => {
    const detections = tracked.map(([track_id, x]) => ({
      class_id: 0,
      label: "player",
      score: 0.9,
      box: boxAt(x),
      track_id,
    }));
    return { frame_index: index, pts: index, t: index, detections };
  });
  return trackScore(seen, truth);
}

test("the truth itself scores 1 without a mistake", () => {
  const frame: Frame = {
    there: [
      [1, 0],
      [2, 50],
    ],
    tracked: [
      [7, 0],
      [8, 50],
    ],
  };

  expect(scored([frame, frame, frame])).toEqual({
    mota: 1,
    idf1: 1,
    switches: 0,
    fragmentations: 0,
    tracks: 2,
    objects: 2,
  });
});

test("a track that changes in the middle costs one switch in MOTA and half of IDF1", () => {
  const first: Frame = { there: [[1, 0]], tracked: [[7, 0]] };
  const second: Frame = { there: [[1, 0]], tracked: [[8, 0]] };

  const score = scored([first, first, second, second]);

  expect(score).toMatchObject({ switches: 1, fragmentations: 0, tracks: 2, objects: 1 });
  // 1 − 1 switch / 4 boxes; 2 × 2 / (4 + 4).
  expect(score.mota).toBeCloseTo(0.75);
  expect(score.idf1).toBeCloseTo(0.5);
});

test("misses, false boxes and a gap count as the papers say", () => {
  const score = scored([
    { there: [[1, 0]], tracked: [[7, 0]] },
    { there: [[1, 0]], tracked: [] },
    {
      there: [[1, 0]],
      tracked: [
        [7, 0],
        [9, 80],
      ],
    },
    {
      there: [
        [1, 0],
        [2, 50],
      ],
      tracked: [[7, 0]],
    },
  ]);

  expect(score).toMatchObject({ switches: 0, fragmentations: 1, tracks: 2, objects: 2 });
  // 2 misses and 1 false box of 5; 2 × 3 / (5 + 4).
  expect(score.mota).toBeCloseTo(1 - 3 / 5);
  expect(score.idf1).toBeCloseTo(6 / 9);
});

test("objects keep the track they had, although another overlaps more now", () => {
  const score = scored([
    { there: [[1, 0]], tracked: [[7, 0]] },
    {
      there: [[1, 0]],
      tracked: [
        [7, 3],
        [8, 0],
      ],
    },
  ]);

  expect(score.switches).toBe(0);
  expect(score.mota).toBeCloseTo(0.5);
});

test("two tracks that swap objects are two switches, and each object has its longer half", () => {
  const score = scored([
    {
      there: [
        [1, 0],
        [2, 50],
      ],
      tracked: [
        [7, 0],
        [8, 50],
      ],
    },
    {
      there: [
        [1, 0],
        [2, 50],
      ],
      tracked: [
        [8, 0],
        [7, 50],
      ],
    },
    {
      there: [
        [1, 0],
        [2, 50],
      ],
      tracked: [
        [8, 0],
        [7, 50],
      ],
    },
  ]);

  expect(score.switches).toBe(2);
  expect(score.mota).toBeCloseTo(1 - 2 / 6);
  expect(score.idf1).toBeCloseTo(4 / 6);
});

test("what overlaps by less than a half, is of another class or has no track shows nothing", () => {
  const truth: TrueObject[][] = [[{ id: 1, class_id: 0, box: boxAt(0) }]];
  const seen = (detection: Partial<Detection>) => {
    const detections = [
      { class_id: 0, label: "player", score: 0.9, box: boxAt(0), track_id: 1, ...detection },
    ];
    return trackScore([{ frame_index: 0, pts: 0, t: 0, detections }], truth);
  };

  expect(seen({}).mota).toBe(1);
  expect(seen({ box: boxAt(6) })).toMatchObject({ mota: -1, idf1: 0 });
  expect(seen({ class_id: 1 })).toMatchObject({ mota: -1, idf1: 0 });
  const unnamed = { class_id: 0, label: "player", score: 0.9, box: boxAt(0) };
  expect(
    trackScore([{ frame_index: 0, pts: 0, t: 0, detections: [unnamed] }], truth),
  ).toMatchObject({ mota: 0, idf1: 0, tracks: 0 });
});
