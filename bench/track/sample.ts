import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Detection, FrameDetections } from "../../contracts/detection.ts";
import { detectFrames } from "../../gpu-worker/detect-frames.ts";
import { frameMemories } from "../../gpu-worker/detector/fit/frame-memory.ts";
import { analyse } from "../../gpu-worker/analyse.ts";
import { openDetector } from "../../gpu-worker/detector/detector.ts";
import { oneThreadEach } from "../../gpu-worker/detector/share-threads.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { countSelected, selectionOf } from "../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../../gpu-worker/pipeline/decode/timeline.ts";
import { probe } from "../../gpu-worker/pipeline/probe/probe.ts";
import { floorsOf } from "../../gpu-worker/resolve-pipeline.ts";
import { builtInManifests, pipelineDefaults } from "../../models/catalog.ts";
import type { Scene } from "./scene.ts";

const folder = join(import.meta.dirname, "..", "..", "models", "pitch");

interface Truth {
  readonly frames: readonly { boxes: [number, ...Detection["box"]][]; ids: number[] }[];
}

/** What the pitch model sees in the sample clip, and who is who in it. Takes some seconds. */
export async function sampleScene(): Promise<Scene> {
  const { frames } = JSON.parse(await readFile(join(folder, "sample.truth.json"), "utf8")) as Truth;
  const scratch = await mkdtemp(join(tmpdir(), "framequeue-bench-"));
  try {
    return {
      name: "sample clip",
      frames: await detections(scratch),
      truth: frames.map(({ boxes, ids }) =>
        boxes.map(([class_id, ...box], at) => ({ id: ids[at]!, class_id, box })),
      ),
    };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function detections(scratch: string): Promise<FrameDetections[]> {
  const model = builtInManifests.find(({ name }) => name === "pitch")!;
  const settings = {
    scoreMin: pipelineDefaults.score_min,
    scoreShown: pipelineDefaults.score_shown,
    scoreMinByClass: {},
    classes: undefined,
    overlap: model.post,
    sampling: pipelineDefaults.sampling,
    timeRange: undefined,
    tracker: "none" as const,
    require: "any" as const,
    partial: true as const,
  };
  const quiet = { signal: new AbortController().signal, advance: () => {}, report: () => {} };
  const tools = await findTools({ environment: process.env });
  await copyFile(join(folder, "sample.mp4"), join(scratch, sourceName));
  const video = await probe(tools.ffprobe, { folder: scratch, ...quiet });
  const { pts } = video.packets;
  const selection = selectionOf(settings.sampling, {
    range: undefined,
    clock: clockOf(video),
    pts,
  });
  const framesTotal = countSelected(selection, pts);
  const detector = await openDetector(
    { manifest: model, modelPath: join(folder, model.file.path!), provider: "cpu" },
    oneThreadEach(availableParallelism()),
  );
  try {
    const floors = floorsOf(model, settings);
    const planned = { folder: scratch, settings, model, floors, video, selection, framesTotal };
    const detected = detectFrames(planned, {
      ffmpeg: tools.ffmpeg,
      detector,
      memories: frameMemories(),
      ...quiet,
    });
    const { detectionsPath } = await analyse(planned, detected, {
      monotonic: () => performance.now(),
      ...quiet,
    });
    return gunzipSync(await readFile(detectionsPath))
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as FrameDetections);
  } finally {
    await detector.close();
  }
}
