import * as z from "zod";
import { NmsMode, Sampling, ScoreByClass, TrackerName } from "./pipeline.ts";

const ClassCount = z.object({
  class_id: z.int().nonnegative(),
  label: z.string(),
  detections: z.int().nonnegative(),
  /** Frames with at least one. */
  frames: z.int().nonnegative(),
  /** Absent without a tracker. */
  tracks: z.int().nonnegative().optional(),
  /** Highest score seen, 0–1. */
  score_max: z.number(),
});

/** A stretch of the video that is missing from the result, half open, in seconds. */
export const Gap = z.object({ start: z.number(), end: z.number(), reason: z.string() });
export type Gap = z.infer<typeof Gap>;

/** What lists and the terminal show without opening the artifacts. */
export const ResultSummary = z
  .object({
    completeness: z.enum(["complete", "partial"]),
    gaps: z.array(Gap),
    frames_analysed: z.int().nonnegative(),
    /** Detections, frames and tracks are counted from this score on; weaker detections are stored, too. */
    score_shown: z.number().min(0).max(1),
    detections: z.int().nonnegative(),
    detections_stored: z.int().nonnegative(),
    tracks: z.int().nonnegative().optional(),
    classes: z.array(ClassCount),
    /** Wall time of the attempt that published, and analysed frames per second of it. */
    seconds: z.number().nonnegative(),
    frames_per_second: z.number().nonnegative(),
  })
  .meta({ id: "ResultSummary" });
export type ResultSummary = z.infer<typeof ResultSummary>;

export const artifactNames = {
  manifest: "manifest.json",
  detections: "detections.ndjson.gz",
  timeline: "timeline.json",
  poster: "poster.jpg",
  preview: "preview.mp4",
  sprite: "sprite.jpg",
  thumbnails: "thumbnails.vtt",
} as const;

/** One file of a result, beside the manifest. */
export const ArtifactEntry = z.object({
  name: z.string(),
  content_type: z.string(),
  size_bytes: z.int().nonnegative(),
  sha256: z.string(),
});
export type ArtifactEntry = z.infer<typeof ArtifactEntry>;

/** What is optional was not said by the workers of before, whose results stay. */
export const VideoFacts = z.object({
  container: z.string(),
  codec: z.string(),
  pixel_format: z.string(),
  /** Pixels as displayed, rotation applied. */
  width: z.int(),
  height: z.int(),
  /** Clockwise degrees that were applied to the stored picture. */
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  /** Then mirrored from left to right. */
  mirrored: z.boolean().optional(),
  /** Width of a displayed pixel by its height; players stretch by it, boxes do not. */
  pixel_aspect_ratio: z.number().positive(),
  /** Whether a frame holds two moments: then the one of its own time, every other line, was analysed. */
  interlaced: z.boolean().optional(),
  /**
   * What the file says of its colours, by ffmpeg's names; null where it says nothing. Then limited range and BT.601 are
   * assumed, as ffmpeg and OpenCV do.
   */
  colour: z
    .object({
      range: z.enum(["limited", "full"]).nullable(),
      matrix: z.string().nullable(),
      primaries: z.string().nullable(),
      transfer: z.string().nullable(),
    })
    .optional(),
  /** High dynamic range is `tone_mapped` to standard before it is analysed, or `not_mapped` where the worker's ffmpeg cannot. */
  dynamic_range: z.enum(["standard", "tone_mapped", "not_mapped"]).optional(),
  /** Seconds per tick as [numerator, denominator]. */
  time_base: z.tuple([z.int(), z.int()]),
  /** The container's start, in seconds; `t` counts from here. */
  start_time: z.number(),
  duration_seconds: z.number().nullable(),
  average_frame_rate: z.number().nullable(),
  variable_frame_rate: z.boolean(),
  has_audio: z.boolean(),
  /** Packets of the video stream that were counted, and frames that came out of the decoder. */
  packets: z.int().nonnegative(),
  frames_decoded: z.int().nonnegative(),
});
export type VideoFacts = z.infer<typeof VideoFacts>;

/** Whether browsers play the source themselves, and what stands in for it where they do not. */
export const Playback = z.object({
  /** Why they do not, as a sentence; null where they do. */
  preview_needed: z.string().nullable(),
  /** Seconds on the results' timeline of the first frame of preview.mp4, which is at 0 there; null without one. */
  preview_start: z.number().nullable(),
  /** Why there is none although it is needed. */
  preview_missing: z.string().nullable(),
});
export type Playback = z.infer<typeof Playback>;

/** All that has an influence on the bytes of the result. */
export const EngineFacts = z.object({
  framequeue: z.string(),
  ffmpeg: z.string(),
  ffprobe: z.string(),
  onnxruntime: z.string(),
  provider: z.string(),
  precision: z.string(),
  batch_size: z.int().positive(),
  model_sha256: z.string(),
  /** How the model is fed and read; absent in results of before. */
  manifest_sha256: z.string().optional(),
  /** sha256 of the fields above. */
  fingerprint: z.string(),
  /** Part of the start's probe that really ran on the provider, by nodes, 0–1. It says nothing of this model: not in the fingerprint. */
  provider_node_share: z.number().min(0).max(1).optional(),
});
export type EngineFacts = z.infer<typeof EngineFacts>;

/** manifest.json: what a result is, what made it, and the digest of every part. */
export const ResultManifest = z.object({
  schema: z.literal("framequeue.result/1"),
  job_id: z.string(),
  /** Absent in results from before there were traces. */
  trace_id: z.string().optional(),
  run: z.int().positive(),
  fence: z.int().positive(),
  filename: z.string(),
  source: z.object({ key: z.string(), etag: z.string(), size_bytes: z.int() }),
  pipeline_id: z.string(),
  model: z.object({
    name: z.string(),
    version: z.string(),
    sha256: z.string(),
    licence: z.string(),
    classes: z.array(z.string()),
  }),
  settings: z.object({
    score_min: z.number(),
    /** This and the three below it are absent in results of workers that did not know them. */
    score_min_by_class: ScoreByClass.optional(),
    nms: NmsMode.optional(),
    iou: z.number().optional(),
    max_detections: z.int().optional(),
    score_shown: z.number(),
    classes: z.array(z.string()).nullable(),
    sampling: Sampling,
    time_range: z.object({ start: z.number(), end: z.number() }).nullable(),
    tracker: TrackerName,
  }),
  video: VideoFacts,
  /** Absent in results from before there were previews. */
  playback: Playback.optional(),
  engine: EngineFacts,
  worker_id: z.string(),
  summary: ResultSummary,
  first_pts: z.int(),
  last_pts: z.int(),
  artifacts: z.array(ArtifactEntry),
  created_at: z.iso.datetime(),
});
export type ResultManifest = z.infer<typeof ResultManifest>;

/** timeline.json: counts for the page's chart, so that filters redraw without all frames. */
export const Timeline = z.object({
  schema: z.literal("framequeue.timeline/1"),
  start: z.number(),
  bin_seconds: z.number().positive(),
  bins: z.int().nonnegative(),
  score_buckets: z.literal(20),
  /** One row per class that occurs: `counts[bin × 20 + bucket]`, bucket = ⌊score × 20⌋, 19 at most. */
  classes: z.array(z.object({ class_id: z.int(), label: z.string(), counts: z.array(z.int()) })),
});
export type Timeline = z.infer<typeof Timeline>;
