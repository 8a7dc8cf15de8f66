import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Detection, FrameDetections } from "../../contracts/detection.ts";
import { openDetector, type Detector } from "../../gpu-worker/detector/detector.ts";
import { oneThreadEach } from "../../gpu-worker/detector/share-threads.ts";
import { findTools, type Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { overlap } from "../../gpu-worker/pipeline/track/overlap.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { analysed } from "./support/analysed.ts";
import { temporaryFolder } from "./support/clips.ts";
import { referenceData } from "./support/reference-data.ts";

interface Reference {
  readonly frames: {
    frame: number;
    pts: number;
    detections: { cls: number; score: number; box: Detection["box"] }[];
  }[];
}

const scoreFloor = 0.1;
const tolerance = { iouMin: 0.9, scoreMax: 0.05 };
const coco = builtInManifests.find(({ name }) => name === "coco")!;

describe.skipIf(!referenceData)("YOLOX-Nano agrees with an independent implementation", () => {
  let tools: Tools;
  let detector: Detector;
  beforeAll(async () => {
    tools = await findTools({ environment: process.env });
    const modelPath = join(referenceData!, "models", "yolox_nano_416_kazuhito.onnx");
    detector = await openDetector({ manifest: coco, modelPath, provider: "cpu" }, oneThreadEach(2));
  }, 60_000);
  afterAll(() => detector?.close());

  test.each([
    "exact_416_rgb",
    "exact_416_yuv420p",
    "androidx_topshots",
    "intel_bottle-detection",
    "intel_person_4s",
    "aws_mi_sample",
    "mmtracking_street",
  ])(
    "on %s in at least 99 of 100 boxes, both ways",
    async (name) => {
      const folder = temporaryFolder();
      copyFileSync(join(referenceData!, "videos", `${name}.mp4`), join(folder, sourceName));
      const reference = readReference(name);

      const stride = reference.frames[1]!.frame;
      const timeRange = { start: 0, end: reference.frames.at(-1)!.pts + 0.001 };
      const { frames } = await analysed(folder, {
        tools,
        detector,
        model: coco,
        settings: { scoreMin: scoreFloor / 2, sampling: { mode: "stride", stride }, timeRange },
      });

      expect(frames.map(({ frame_index, t }) => ({ frame_index, t }))).toEqual(
        reference.frames.map(({ frame, pts }) => ({
          frame_index: frame,
          t: expect.closeTo(pts, 3),
        })),
      );
      const counts = agreement(frames, reference);
      expect(counts.agreed / counts.compared).toBeGreaterThanOrEqual(0.99);
    },
    120_000,
  );
});

const readReference = (clip: string): Reference =>
  JSON.parse(
    readFileSync(join(referenceData!, "references", `yolox_nano_416__${clip}.json`), "utf8"),
  ) as Reference;

/** A box near the floor may be on its other side in the other list; only those clear of it must have a partner. */
function agreement(frames: readonly FrameDetections[], reference: Reference) {
  let [compared, agreed] = [0, 0];
  for (const [index, { detections: theirs }] of reference.frames.entries()) {
    const ours = frames[index]!.detections;
    const same = (a: { class: number; score: number; box: Detection["box"] }, b: typeof a) =>
      a.class === b.class &&
      Math.abs(a.score - b.score) <= tolerance.scoreMax &&
      overlap(a.box, b.box) >= tolerance.iouMin;
    const left = ours.map(({ class_id, score, box }) => ({ class: class_id, score, box }));
    const right = theirs.map(({ cls, score, box }) => ({ class: cls, score, box }));
    const clear = scoreFloor + tolerance.scoreMax;

    for (const [mine, others] of [
      [left, right],
      [right, left],
    ] as const) {
      for (const each of mine.filter(({ score }) => score >= clear)) {
        compared++;
        if (others.some((other) => same(each, other))) agreed++;
      }
    }
  }
  return { compared, agreed };
}
