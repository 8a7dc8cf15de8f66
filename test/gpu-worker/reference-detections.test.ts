import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDetector, type Detector } from "../../gpu-worker/detector/detector.ts";
import { oneThreadEach } from "../../gpu-worker/detector/share-threads.ts";
import { findTools, type Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { agreementOf, shareOf, type Reference } from "./support/agreement.ts";
import { analysed } from "./support/analysed.ts";
import { temporaryFolder } from "./support/clips.ts";
import { referenceData } from "./support/reference-data.ts";

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
        settings: {
          scoreMin: reference.score_floor / 2,
          sampling: { mode: "stride", stride },
          timeRange,
        },
      });

      expect(frames.map(({ frame_index, t }) => ({ frame_index, t }))).toEqual(
        reference.frames.map(({ frame, pts }) => ({
          frame_index: frame,
          t: expect.closeTo(pts, 3),
        })),
      );
      expect(shareOf(agreementOf(frames, reference))).toBeGreaterThanOrEqual(0.99);
    },
    120_000,
  );
});

const readReference = (clip: string): Reference =>
  JSON.parse(
    readFileSync(join(referenceData!, "references", `yolox_nano_416__${clip}.json`), "utf8"),
  ) as Reference;
