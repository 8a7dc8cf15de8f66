import { describe, expect, test } from "vitest";
import type { Detection, FrameDetections } from "../../contracts/detection.ts";
import { TrackerName } from "../../contracts/pipeline.ts";
import { leastCost } from "../../gpu-worker/pipeline/track/assignment.ts";
import { match } from "../../gpu-worker/pipeline/track/match.ts";
import { motionOf } from "../../gpu-worker/pipeline/track/motion.ts";
import { track } from "../../gpu-worker/pipeline/track/track.ts";

const at = (x: number, y = 100, differences: Partial<Detection> = {}): Detection => ({
  class_id: 0,
  label: "player",
  score: 0.9,
  box: [x, y, x + 20, y + 40],
  ...differences,
});

interface Given {
  readonly tracker?: TrackerName;
  readonly times?: (index: number) => number;
}

/** Ids of each frame's detections, as the tracker gives them. */
async function ids(
  frames: Detection[][],
  { tracker = "byte-track", times = (index) => index * 0.04 }: Given = {},
) {
  async function* given(): AsyncGenerator<FrameDetections> {
    for (const [index, detections] of frames.entries()) {
      yield { frame_index: index, pts: index, t: times(index), detections };
    }
  }
  const seen: (number | undefined)[][] = [];
  const picture = { width: 1280, height: 720 };
  for await (const frame of track(given(), { tracker, startScore: 0.4, picture })) {
    expect(frame.frame_index).toBe(seen.length);
    seen.push(frame.detections.map(({ track_id }) => track_id));
  }
  return seen;
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

test("without a tracker the frames pass as they are", async () => {
  expect(await ids([[at(100)], [at(100)]], { tracker: "none" })).toEqual([
    [undefined],
    [undefined],
  ]);
});

describe.each(TrackerName.options.filter((name) => name !== "none"))("%s", (tracker) => {
  test("an object keeps its number while it moves, from its first sighting on", async () => {
    const seen = await ids(
      times(5, (frame) => [at(100 + frame * 5)]),
      { tracker },
    );

    expect(seen).toEqual(times(5, () => [1]));
  });

  test("an object out of sight is not waited for longer where time starts anew", async () => {
    const seen = await ids([[at(100)], [at(100)], ...times(100, () => []), [at(100)], [at(100)]], {
      tracker,
      // The second recording begins with the third frame.
      times: (index) => (index < 2 ? 60 : 0) + index * 0.04,
    });

    expect([seen[1], ...seen.slice(-2)]).toEqual([[1], [2], [2]]);
  });

  test("what is seen once has no number", async () => {
    expect(await ids([[at(100)], [], [at(100)], [at(400)]], { tracker })).toEqual([
      [undefined],
      [],
      [undefined],
      [undefined],
    ]);
  });

  test("two objects that cross keep their numbers: they go on as they went", async () => {
    const seen = await ids(
      times(21, (frame) => [at(100 + frame * 4), at(180 - frame * 4, 106)]),
      { tracker },
    );

    expect(new Set(seen.map((pair) => pair.join()))).toEqual(new Set(["1,2"]));
  });

  test("an object out of sight for less than a second is the same when it comes back", async () => {
    const seen = await ids(
      times(30, (frame) => (frame > 8 && frame < 30 - 1 ? [] : [at(100 + frame * 5)])),
      { tracker },
    );

    expect(seen.at(-1)).toEqual([1]);
  });

  test("after more than a second it is another", async () => {
    const seen = await ids(
      times(60, (frame) => (frame > 8 && frame < 40 ? [] : [at(110)])),
      { tracker },
    );

    expect(seen.at(-1)).toEqual([2]);
  });

  test("a second is a second at whatever frame rate", async () => {
    const hidden = (framesPerSecond: number, seconds: number) =>
      ids(
        times(4 * framesPerSecond, (frame) =>
          frame >= framesPerSecond && frame < (1 + seconds) * framesPerSecond ? [] : [at(300)],
        ),
        { tracker, times: (frame) => frame / framesPerSecond },
      );

    for (const framesPerSecond of [5, 10, 30, 120]) {
      expect((await hidden(framesPerSecond, 0.7)).at(-1)).toEqual([1]);
      expect((await hidden(framesPerSecond, 1.4)).at(-1)).toEqual([2]);
    }
  });

  test("a video that is looked at once a second has tracks too", async () => {
    const seen = await ids([[at(100)], [at(103)], [at(106)]], { tracker, times: (index) => index });

    expect(seen).toEqual([[1], [1], [1]]);
  });

  test("every third frame and uneven times keep the identities of the same scene", async () => {
    const places = times(4, (object) => ({ x: 100 + 150 * object, y: 100 + 90 * object }));
    const scene = (t: number) =>
      places.map(({ x, y }, object) => at(x + (object % 2 ? -50 : 50) * t, y + 10 * Math.sin(t)));

    for (const secondsAt of [
      (index: number) => index / 30,
      (index: number) => index / 10,
      (index: number) => index / 30 + (index % 3) * 0.01,
    ]) {
      const seen = await ids(
        times(40, (index) => scene(secondsAt(index))),
        { tracker, times: secondsAt },
      );
      expect(new Set(seen.map((each) => each.join()))).toEqual(new Set(["1,2,3,4"]));
    }
  });

  test("in a pause of the frames objects go on for as long as it took", async () => {
    // Two in file: after the pause the second is where the first was.
    const inFile = (t: number) => [at(100 + 120 * t), at(160 + 120 * t)];
    const secondsAt = (index: number) => index * 0.04 + (index > 20 ? 0.46 : 0);

    const seen = await ids(
      times(30, (index) => inFile(secondsAt(index))),
      { tracker, times: secondsAt },
    );

    expect(new Set(seen.map((each) => each.join()))).toEqual(new Set(["1,2"]));
  });

  test("a weak detection continues a track but begins none", async () => {
    const weak = at(100, 100, { score: 0.2 });

    expect(await ids([[weak], [weak]], { tracker })).toEqual([[undefined], [undefined]]);
    expect(await ids([[at(100)], [at(100)], [weak]], { tracker })).toEqual([[1], [1], [1]]);
  });

  test("objects of different classes never share a track", async () => {
    const ball = at(100, 100, { class_id: 1 });

    expect(await ids([[at(100)], [at(100)], [ball], [ball]], { tracker })).toEqual([
      [1],
      [1],
      [2],
      [2],
    ]);
  });

  test("the same frames get the same numbers, and each job counts from 1", async () => {
    const frames = times(20, (frame) =>
      times(12, (object) => at(100 + object * 15 + ((frame * object) % 7), 100 + object * 9)),
    );

    const first = await ids(frames, { tracker });

    expect(await ids(structuredClone(frames), { tracker })).toEqual(first);
    expect(Math.min(...first.flat().map((id) => id ?? Infinity))).toBe(1);
  });

  test("no number stands twice in a frame, however crowded", async () => {
    const frames = times(30, (frame) =>
      times(40, (object) =>
        at(300 + ((object * 37 + frame * (object % 5)) % 150), 200 + ((object * 53) % 120), {
          score: 0.15 + ((object * 7 + frame * 3) % 17) / 20,
        }),
      ),
    );

    for (const frame of await ids(frames, { tracker })) {
      const given = frame.filter((id) => id !== undefined);
      expect(new Set(given).size).toBe(given.length);
    }
  });
});

describe("byte-track", () => {
  test("a sure detection is asked for before an unsure one that overlaps more", async () => {
    const frames = times(4, () => [at(100)]);
    const seen = await ids([...frames, [at(100, 100, { score: 0.2 }), at(104)]]);

    expect(seen.at(-1)).toEqual([undefined, 1]);
  });

  test("what was seen once takes nothing from a known track", async () => {
    const known = times(4, () => [at(100)]);

    expect((await ids([...known, [at(100), at(106)], [at(102)]])).at(-1)).toEqual([1]);
  });

  test("an unsure detection must be where the object should be", async () => {
    const frames = times(4, () => [at(100)]);

    expect((await ids([...frames, [at(113, 100, { score: 0.2 })]])).at(-1)).toEqual([undefined]);
    expect((await ids([...frames, [at(108, 100, { score: 0.2 })]])).at(-1)).toEqual([1]);
  });

  test("below a quarter of the score that begins a track nothing is believed", async () => {
    const frames = times(4, () => [at(100)]);

    expect((await ids([...frames, [at(100, 100, { score: 0.09 })]])).at(-1)).toEqual([undefined]);
  });

  const ball = (x: number): Detection => ({ ...at(0), class_id: 1, box: [x, 300, x + 12, 312] });

  test("a ball that moves by more than its size in each frame is one, also when it is kicked back", async () => {
    const way = [
      ...times(10, (frame) => 300 + 30 * frame),
      ...times(9, (frame) => 540 - 30 * frame),
    ];

    const seen = await ids(way.map((x) => [at(200), ball(x)]));

    expect(new Set(seen.map((pair) => pair.join()))).toEqual(new Set(["1,2"]));
  });

  test("far from where it should be nothing is taken for it", async () => {
    const seen = await ids([...times(5, () => [ball(300)]), ...times(5, () => [ball(700)])]);

    expect(seen.at(-1)).toEqual([2]);
  });

  test("what comes in at the edge is not what was lost beside it", async () => {
    const seen = await ids([...times(5, () => [at(60)]), ...times(5, () => [at(0)])]);

    expect(seen.at(-1)).toEqual([2]);
  });

  test("what overlaps nothing goes to its nearest, unless another is nearer to either", async () => {
    const place = (x: number) => at(x, 300);
    const before = times(5, () => [place(300), place(330)]);
    const after = (x: number) => ids([...before, ...times(2, () => [place(300), place(x)])]);

    expect((await after(352)).at(-1)).toEqual([1, 2]);
    expect((await after(362)).at(-1)).toEqual([1, 3]);
  });
});

describe("motion", () => {
  test("two steps of half the time are one of the whole", () => {
    const [once, twice] = [motionOf([100, 100, 120, 140]), motionOf([100, 100, 120, 140])];
    for (const motion of [once, twice]) {
      motion.predict(0.1);
      motion.correct([110, 101, 130, 141]);
    }

    once.predict(0.5);
    twice.predict(0.25);
    twice.predict(0.25);
    // What is unsure shows in how far one sighting corrects.
    for (const motion of [once, twice]) motion.correct([190, 110, 210, 150]);

    for (const [index, value] of once.box().entries())
      expect(twice.box()[index]).toBeCloseTo(value, 9);
  });
});

describe("match", () => {
  const likeness = (a: number, b: number) => Math.max(0, 1 - Math.abs(a - b));

  test("makes the pairs that are most alike in sum, and none below the least", () => {
    expect(match([0, 0.4], [0.3, 0.9], { likeness, likenessMin: 0.2 })).toEqual([
      [0, 0.3],
      [0.4, 0.9],
    ]);
    expect(match([0, 5], [0.5], { likeness, likenessMin: 0.6 })).toEqual([]);
    expect(match([], [0.5], { likeness, likenessMin: 0.6 })).toEqual([]);
  });

  test("splits into groups without another result than all at once", () => {
    let state = 11;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 40; round++) {
      const [rows, columns] = [times(6, () => random() * 6), times(7, () => random() * 6)];

      const made = match(rows, columns, { likeness, likenessMin: 0.3 });

      const costs = rows.map((row) =>
        Float64Array.from(columns, (column) => {
          const value = likeness(row, column);
          return value >= 0.3 ? 1 - value : 1;
        }),
      );
      const best = [...leastCost(costs)].reduce((sum, to, row) => sum + 1 - costs[row]![to]!, 0);
      expect(made.reduce((sum, [row, column]) => sum + likeness(row, column), 0)).toBeCloseTo(best);
    }
  });
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
