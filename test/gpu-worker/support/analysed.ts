import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { FrameDetections } from "../../../contracts/detection.ts";
import type { ModelManifest } from "../../../contracts/model.ts";
import { analyse } from "../../../gpu-worker/analyse.ts";
import { detectFrames } from "../../../gpu-worker/detect-frames.ts";
import { frameMemories } from "../../../gpu-worker/detector/fit/frame-memory.ts";
import type { Detector } from "../../../gpu-worker/detector/detector.ts";
import type { Tools } from "../../../gpu-worker/ffmpeg/find.ts";
import {
  countSelected,
  selectionOf,
  timesShown,
} from "../../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../../../gpu-worker/pipeline/decode/timeline.ts";
import { probe } from "../../../gpu-worker/pipeline/probe/probe.ts";
import { floorsOf, type Settings } from "../../../gpu-worker/resolve-pipeline.ts";

const quiet = { signal: new AbortController().signal, advance: () => {} };

export const everyFrame: Omit<Settings, "overlap"> = {
  scoreMin: 0.1,
  scoreShown: 0.4,
  scoreMinByClass: {},
  classes: undefined,
  sampling: { mode: "every" },
  timeRange: undefined,
  tracker: "none",
  require: "any",
  partial: true,
};

/** Probes and analyses the video in the folder, and reads back what was written. */
export async function analysed(
  folder: string,
  {
    tools,
    detector,
    model,
    settings: differences = {},
  }: { tools: Tools; detector: Detector; model: ModelManifest; settings?: Partial<Settings> },
) {
  const settings = { ...everyFrame, overlap: model.post, ...differences };
  const video = await probe(tools.ffprobe, { folder, ...quiet });
  const { pts } = video.packets;
  const range = settings.timeRange;
  const selection = selectionOf(settings.sampling, { range, clock: clockOf(video), pts });
  const framesTotal = countSelected(selection, timesShown(video));
  const floors = floorsOf(model, settings);
  const planned = { folder, settings, model, floors, video, selection, framesTotal };
  const detected = detectFrames(planned, {
    ffmpeg: tools.ffmpeg,
    detector,
    memories: frameMemories(),
    ...quiet,
  });
  const analysis = await analyse(planned, detected, {
    ...quiet,
    report: () => {},
    monotonic: () => performance.now(),
  });

  const frames: FrameDetections[] = [];
  const lines = createReadStream(analysis.detectionsPath).pipe(createGunzip());
  for await (const line of createInterface({ input: lines })) {
    frames.push(FrameDetections.parse(JSON.parse(line)));
  }
  return { ...analysis, video, framesTotal, frames };
}
