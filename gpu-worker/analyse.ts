import { join } from "node:path";
import { artifactNames, type Gap } from "../contracts/artifact.ts";
import { PermanentError } from "../contracts/errors.ts";
import type { Progress } from "../contracts/job.ts";
import type { Detector } from "./detector/detector.ts";
import { placementOf } from "./detector/letterbox.ts";
import { frameBytesOf } from "./detector/pixel-layout.ts";
import type { Ffmpeg } from "./ffmpeg/find.ts";
import { decode } from "./pipeline/decode/decode.ts";
import { framePool } from "./pipeline/decode/frame-pool.ts";
import { clockOf } from "./pipeline/decode/timeline.ts";
import { detect, framesInFlight } from "./pipeline/detect/detect.ts";
import { detectionsFile } from "./pipeline/publish/detections-file.ts";
import { tally, type Tally } from "./pipeline/publish/tally.ts";
import { track } from "./pipeline/track/track.ts";
import type { Plan } from "./plan.ts";

/** What came of looking at every frame. */
export interface Analysis {
  readonly detectionsPath: string;
  readonly tally: Tally;
  readonly framesDecoded: number;
  readonly gaps: readonly Gap[];
}

/** Decodes, detects and tracks, each frame only when the next stage asks for it, and writes one line per frame. */
export async function analyse(
  { folder, settings, model, floors, video, selection, framesTotal }: Plan,
  {
    ffmpeg,
    detector,
    signal,
    advance,
    report,
    monotonic,
    onFirstFrame,
  }: {
    ffmpeg: Ffmpeg;
    detector: Detector;
    signal: AbortSignal;
    advance: () => void;
    report: (progress: Omit<Progress, "updatedAt">) => void;
    monotonic: () => number;
    onFirstFrame?: () => void;
  },
): Promise<Analysis> {
  const { input } = model;
  const placement = placementOf(video, input);
  const pool = framePool(framesInFlight(detector), frameBytesOf(input));
  const decoding = decode(ffmpeg, {
    folder,
    video,
    selection,
    placement,
    input,
    pool,
    signal,
    advance,
  });
  const detected = detect(decoding.frames, { detector, floors, placement, source: video });
  const { tracker, scoreShown: startScore } = settings;
  const tracked = track(detected, { tracker, startScore, picture: video });

  const counts = tally({
    ...spanOf(video, settings.timeRange),
    framesExpected: framesTotal,
    scoreShown: settings.scoreShown,
    tracked: settings.tracker !== "none",
    keySeconds: video.packets.keys.map(clockOf(video).secondsAt),
  });
  const detectionsPath = join(folder, artifactNames.detections);
  await using file = detectionsFile(detectionsPath);
  const startedAt = monotonic();
  for await (const frame of tracked) {
    signal.throwIfAborted();
    await file.write(frame);
    counts.add(frame);
    if (counts.frames === 1) onFirstFrame?.();
    advance();

    const seconds = (monotonic() - startedAt) / 1000;
    const framesPerSecond = Math.round((counts.frames / Math.max(seconds, 0.001)) * 10) / 10;
    report({ stage: "detect", framesDone: counts.frames, framesTotal, framesPerSecond });
  }
  await file.end();
  if (counts.frames === 0) {
    throw new PermanentError("VIDEO_EMPTY", "Not one frame of the asked range could be decoded.");
  }
  return { detectionsPath, tally: counts, ...decoding.account() };
}

/** The seconds that are looked at. */
function spanOf(
  video: Plan["video"],
  range: Plan["settings"]["timeRange"],
): { start: number; end: number } {
  const { firstPts, endPts } = video.packets;
  const clock = clockOf(video);
  return {
    start: Math.max(clock.secondsAt(firstPts), range?.start ?? -Infinity),
    end: Math.min(clock.secondsAt(endPts), range?.end ?? Infinity),
  };
}
