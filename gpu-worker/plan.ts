import { join } from "node:path";
import { PermanentError } from "../contracts/errors.ts";
import { limits } from "../contracts/limits.ts";
import type { ModelManifest } from "../contracts/model.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import type { Floors } from "./detector/decoders/decoder.ts";
import type { Tools } from "./ffmpeg/find.ts";
import { sourceName } from "./ffmpeg/input.ts";
import type { StandbyDecoder } from "./ffmpeg/standby.ts";
import { fetchSource } from "./fetch-source.ts";
import type { JobFolder } from "./job-folders.ts";
import { cutSegments, type Cut } from "./pipeline/cut/cut-segments.ts";
import {
  countSelected,
  selectionOf,
  timesShown,
  type Selection,
} from "./pipeline/decode/selection.ts";
import { clockOf } from "./pipeline/decode/timeline.ts";
import { probe, type Video } from "./pipeline/probe/probe.ts";
import { floorsOf, resolvePipeline, type Catalog, type Settings } from "./resolve-pipeline.ts";
import type { Attempt } from "./attempt.ts";

/** All that is known of a job before its first frame is decoded. */
export interface Plan {
  /** Holds the source, and whatever is made of it. */
  readonly folder: string;
  readonly settings: Settings;
  readonly model: ModelManifest;
  readonly floors: Floors;
  readonly video: Video;
  readonly selection: Selection;
  /** Frames that the container promises for this selection. */
  readonly framesTotal: number;
  readonly cut: Cut;
  /** Waits in the folder, until it is taken. */
  readonly standby?: StandbyDecoder | undefined;
}

export interface PlanDependencies {
  readonly bucket: Pick<MediaBucket, "head" | "read">;
  readonly tools: Pick<Tools, "ffprobe">;
  readonly catalog: Catalog;
  readonly segmentFrames: number;
}

/** Brings the video here and finds out what is to be done with it. */
export async function plan(
  { row, signal, report, advance }: Attempt,
  { path: folder, standbys }: JobFolder,
  { bucket, tools, catalog, segmentFrames }: PlanDependencies,
): Promise<Plan> {
  report({ stage: "fetch", framesDone: 0 });
  const { settings, model } = await resolvePipeline(row, { catalog, bucket });
  const floors = floorsOf(model, settings);
  if (!row.source) throw new PermanentError("SOURCE_MISSING", "The job names no object.");
  await fetchSource(row.source, join(folder, sourceName), { bucket, signal, advance });

  report({ stage: "probe", framesDone: 0 });
  const video = await probe(tools.ffprobe, { folder, signal, advance, standbys });
  const { pts } = video.packets;
  const range = settings.timeRange;
  const selection = selectionOf(settings.sampling, { range, clock: clockOf(video), pts });
  const framesTotal = countSelected(selection, timesShown(video));
  if (range && framesTotal === 0) {
    const asked = `between ${range.start} s and ${range.end} s`;
    throw new PermanentError("RANGE_EMPTY", `No frame lies ${asked}.`);
  }
  const { segmentsMax } = limits;
  const cut = cutSegments(video, selection, { framesTarget: segmentFrames, segmentsMax });
  return {
    folder,
    settings,
    model,
    floors,
    video,
    selection,
    framesTotal,
    cut,
    standby: standbys?.decoder,
  };
}
