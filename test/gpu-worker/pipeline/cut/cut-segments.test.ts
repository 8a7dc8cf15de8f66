import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { countSelected } from "../../../../gpu-worker/pipeline/decode/selection.ts";
import { cutSegments } from "../../../../gpu-worker/pipeline/cut/cut-segments.ts";
import { every, selectionIn, videoOf } from "../../support/tables.ts";

const size = (framesTarget: number, segmentsMax = 1000) => ({ framesTarget, segmentsMax });
/** A generator of the same numbers each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("segments begin at key frames, about the target apart", () => {
  const video = videoOf(1000, every(10, 1000));

  const { segments, undivided } = cutSegments(video, selectionIn(video), size(104));

  expect(segments.map(({ from }) => from)).toEqual(every(100, 1000));
  expect(segments.map(({ to }) => to)).toEqual([...every(100, 1000).slice(1), 1000]);
  expect(undivided).toBeUndefined();
});

test("of two key frames the nearer one to the target is taken", () => {
  const near = videoOf(300, [0, 90, 130, 200]);
  const far = videoOf(300, [0, 60, 105, 200]);

  expect(cutSegments(near, selectionIn(near), size(100)).segments[1]!.from).toBe(90);
  expect(cutSegments(far, selectionIn(far), size(100)).segments[1]!.from).toBe(105);
});

test("a rest shorter than half joins the segment before it", () => {
  const video = videoOf(240, every(10, 240));

  expect(cutSegments(video, selectionIn(video), size(100)).segments).toMatchObject([
    { from: 0, to: 100 },
    { from: 100, to: 240 },
  ]);
});

test("a GOP longer than the target is a segment, and a video of one GOP says that it has too few key frames", () => {
  const video = videoOf(900, [0, 300, 600]);
  const single = videoOf(900, [0]);

  expect(cutSegments(video, selectionIn(video), size(100)).segments).toHaveLength(3);
  expect(cutSegments(single, selectionIn(single), size(100))).toMatchObject({
    segments: [{ from: 0, to: 900 }],
    undivided: "It has too few key frames.",
  });
});

test("a video that is short enough is one segment without a reason", () => {
  const video = videoOf(140, every(10, 140));

  const cut = cutSegments(video, selectionIn(video), size(100));

  expect([cut.segments.length, cut.undivided]).toEqual([1, undefined]);
});

test("what must not be cut is one segment, and says why", () => {
  const video = videoOf(1000, every(10, 1000));
  const damaged = { ...video, packets: { ...video.packets, damaged: true } };

  expect(cutSegments(damaged, selectionIn(damaged), size(100))).toMatchObject({
    segments: [{ from: 0, to: 1000, fromPts: 0, toPts: 1000 }],
    undivided: "The file is damaged.",
  });
});

test("the sampled frames are the work, not the packets", () => {
  const video = videoOf(1000, every(10, 1000));

  const { segments } = cutSegments(
    video,
    selectionIn(video, { mode: "stride", stride: 10 }),
    size(20),
  );

  expect(segments.map(({ framesTotal, packets }) => [framesTotal, packets])).toEqual(
    Array.from({ length: 5 }, () => [20, 200]),
  );
});

test("of a time range only its frames are cut, whatever frame it begins with", () => {
  const video = videoOf(1000, every(10, 1000));

  const { segments } = cutSegments(
    video,
    selectionIn(video, { mode: "every" }, { start: 5 / 25, end: 301 / 25 }),
    size(100),
  );

  expect(segments.map(({ fromPts, toPts }) => [fromPts, toPts])).toEqual([
    [5, 100],
    [100, 200],
    [200, 301],
  ]);
});

test("the digest is that of the times as decimal numbers, one a line", () => {
  const video = videoOf(4, [0, 2], (n) => n * 1000 - 500);

  const { segments } = cutSegments(video, selectionIn(video), size(2));

  const digest = createHash("sha256").update("1500\n2500\n").digest("hex");
  expect(segments[1]).toMatchObject({ ptsSha256: digest, fromPts: 1500, toPts: 2501 });
});

describe("whatever the key frames, the sampling and the range", () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))("seed %i", (seed) => {
    const random = numbers(seed);
    const whole = (from: number, to: number) => from + Math.floor(random() * (to - from));
    const frames = whole(50, 900);
    let time = whole(-500, 500);
    const times = Array.from({ length: frames }, () => (time += whole(1, 9)));
    const keys = [0, ...every(1, frames).filter(() => random() < 0.07)];
    const video = videoOf(frames, keys, (n) => times[n]!);
    const { pts, roles } = video.packets;
    const sampling = [
      { mode: "every" },
      { mode: "stride", stride: whole(1, 9) },
      { mode: "fps", fps: whole(1, 30) },
    ] as const;
    const range = { start: times[whole(0, 20)]! / 25, end: times[whole(25, frames)]! / 25 };
    const asked = [sampling[whole(0, 3)], random() < 0.5 ? range : undefined] as const;
    const selection = selectionIn(video, ...asked);
    const [framesTarget, segmentsMax] = [whole(5, 120), whole(1, 12)];

    const { segments } = cutSegments(video, selection, { framesTarget, segmentsMax });

    // They tile the range.
    const inRange = pts.filter((at) => at >= selection.fromPts && at < selection.toPts);
    expect(segments[0].fromPts).toBe(inRange[0]);
    expect(segments.at(-1)!.toPts).toBe(inRange.at(-1)! + 1);
    expect(segments.map(({ index, from }) => [index, pts[from]])).toEqual(
      segments.map(({ fromPts }, at) => [at, fromPts]),
    );
    const [, ...later] = segments;
    expect(later.map(({ from, fromPts }) => [from, fromPts, roles[from]])).toEqual(
      segments.slice(0, -1).map(({ to, toPts }) => [to, toPts, 2]),
    );
    // Their frames are the selection's, each once, whatever else passes by.
    const taken = (rule: typeof selection) => {
      const chosen = rule.chooser();
      return [...pts].filter((at, n) => chosen(n, at));
    };
    const parts = segments.map((segment) => selection.within(segment));
    expect(parts.flatMap(taken)).toEqual(taken(selection));
    expect(parts.map((part) => taken(part).length)).toEqual(
      segments.map((part) => part.framesTotal),
    );
    const isCut = segments.length > 1;
    const counted = segments.map((segment, at) =>
      isCut
        ? countSelected(parts[at]!, pts.subarray(segment.from, segment.to))
        : segment.framesTotal,
    );
    expect(counted).toEqual(segments.map((segment) => segment.framesTotal));
    // Neither too many nor too short.
    expect(segments.length).toBeLessThanOrEqual(segmentsMax);
    const least = isCut ? Math.min(...segments.map((segment) => segment.framesTotal)) : Infinity;
    expect(least).toBeGreaterThanOrEqual(framesTarget / 2);
  });
});
