import {
  artifactNames,
  ResultManifest,
  type ArtifactEntry,
  type EngineFacts,
  type Gap,
  type Playback,
  type ResultSummary,
  type VideoFacts,
} from "../../../contracts/artifact.ts";
import type { JobRow, PublishedResult } from "../../../contracts/job.ts";
import { traceIdOf } from "../../../contracts/trace-id.ts";
import { keys } from "../../../contracts/keys.ts";
import type { ModelManifest } from "../../../contracts/model.ts";
import { clockOf } from "../decode/timeline.ts";
import { isHdr } from "../probe/colour.ts";
import type { Video } from "../probe/probe.ts";
import type { Settings } from "../../resolve-pipeline.ts";
import { transferError } from "../../transfer-error.ts";
import { sha256Of } from "./sha256.ts";
import type { StoreDependencies } from "./store-artifacts.ts";
import type { Tally } from "./tally.ts";

export interface Finished {
  readonly row: JobRow;
  readonly model: ModelManifest;
  readonly settings: Settings;
  readonly video: Video;
  readonly framesDecoded: number;
  /** What the ffmpeg that decoded can do with HDR. */
  readonly toneMapping: boolean;
  readonly gaps: readonly Gap[];
  readonly tally: Tally;
  readonly playback: Playback;
  readonly engine: EngineFacts;
  readonly artifacts: readonly ArtifactEntry[];
  readonly seconds: number;
  readonly now: number;
}

/**
 * Stage 5 of 5: writes the manifest beside the artifacts and answers with the pointer that makes it all visible, once
 * the row takes it.
 */
export async function publish(
  finished: Finished,
  { bucket, lease, assertHeld, signal }: StoreDependencies,
): Promise<PublishedResult> {
  const { row, model, settings, tally, playback, engine, artifacts, now } = finished;
  const { jobId, run, fence, workerId } = lease;
  const source = row.source!;
  const summary = summaryOf(finished);

  const manifest = ResultManifest.parse({
    schema: "framequeue.result/1",
    job_id: jobId,
    trace_id: traceIdOf(row),
    run,
    fence,
    filename: row.filename,
    source: { key: source.key, etag: source.etag, size_bytes: source.sizeBytes },
    pipeline_id: row.pipelineId,
    model: {
      name: model.name,
      version: model.version,
      sha256: model.file.sha256,
      licence: model.licence,
      classes: model.classes,
    },
    settings: {
      score_min: settings.scoreMin,
      score_min_by_class: settings.scoreMinByClass,
      nms: settings.overlap.nms,
      iou: settings.overlap.iou,
      max_detections: settings.overlap.max_detections,
      score_shown: settings.scoreShown,
      classes: settings.classes ? [...settings.classes] : null,
      sampling: settings.sampling,
      time_range: settings.timeRange ?? null,
      tracker: settings.tracker,
    },
    video: videoFacts(finished),
    playback,
    engine,
    worker_id: workerId,
    summary,
    first_pts: tally.firstPts,
    last_pts: tally.lastPts,
    artifacts: [...artifacts],
    created_at: new Date(now).toISOString(),
  } satisfies ResultManifest);

  const manifestKey = keys.artifact(jobId, run, fence, artifactNames.manifest);
  const body = Buffer.from(JSON.stringify(manifest, null, 2));
  const manifestSha256 = sha256Of(body);
  assertHeld();
  const facts = { contentType: "application/json", sha256: manifestSha256, signal };
  await bucket.create(manifestKey, body, facts).catch((error: unknown) => {
    throw transferError(`${artifactNames.manifest} could not be stored`, error);
  });
  return { manifestKey, manifestSha256, run, fence, summary };
}

function summaryOf({ gaps, tally, seconds }: Finished): ResultSummary {
  const rounded = Math.round(seconds * 1000) / 1000;
  return {
    completeness: gaps.length > 0 ? "partial" : "complete",
    gaps: [...gaps],
    frames_analysed: tally.frames,
    ...tally.counts(),
    seconds: rounded,
    frames_per_second: Math.round((tally.frames / Math.max(seconds, 0.001)) * 100) / 100,
  };
}

/** What the result says of its video. */
export function videoFacts({
  video,
  framesDecoded,
  toneMapping,
}: Pick<Finished, "video" | "framesDecoded" | "toneMapping">): Required<VideoFacts> {
  const { pts, firstPts, endPts, lastDuration, packets } = video.packets;
  const { ticksPerSecond } = clockOf(video);
  const seconds = (endPts - lastDuration - firstPts) / ticksPerSecond;
  const fromTable = seconds + lastDuration / ticksPerSecond;
  return {
    container: video.container,
    codec: video.codec,
    pixel_format: video.pixelFormat,
    width: video.width,
    height: video.height,
    rotation: video.rotation,
    mirrored: video.mirrored,
    pixel_aspect_ratio: video.pixelAspectRatio,
    interlaced: video.firstField !== undefined,
    colour: video.colour,
    dynamic_range: !isHdr(video.colour) ? "standard" : toneMapping ? "tone_mapped" : "not_mapped",
    time_base: [...video.timeBase],
    start_time: video.startTime,
    duration_seconds: video.durationSeconds ?? (fromTable > 0 ? fromTable : null),
    average_frame_rate: seconds > 0 ? (pts.length - 1) / seconds : null,
    variable_frame_rate: isVariable(pts),
    has_audio: video.hasAudio,
    packets,
    frames_decoded: framesDecoded,
  };
}

/** Whether frames come unevenly, beyond what rounding to ticks explains. */
function isVariable(pts: Float64Array): boolean {
  if (pts.length < 3) return false;
  const steps = new Float64Array(pts.length - 1);
  for (let index = 0; index < steps.length; index++) steps[index] = pts[index + 1]! - pts[index]!;
  steps.sort();
  return steps.at(-1)! - steps[0]! > Math.max(2, steps[steps.length >> 1]! * 0.1);
}
