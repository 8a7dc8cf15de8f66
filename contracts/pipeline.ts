import * as z from "zod";
import { limits } from "./limits.ts";

export const Sampling = z
  .discriminatedUnion("mode", [
    z.object({ mode: z.literal("every") }),
    /** At most `fps` frames a second, chosen by their own times. */
    z.object({ mode: z.literal("fps"), fps: z.number().positive().max(limits.framesPerSecondMax) }),
    /** Every `stride`-th frame, from the first. */
    z.object({ mode: z.literal("stride"), stride: z.int().min(1).max(limits.strideMax) }),
  ])
  .meta({ id: "Sampling" });
export type Sampling = z.infer<typeof Sampling>;

export const TrackerName = z.enum(["none", "sort", "byte-track"]);
export type TrackerName = z.infer<typeof TrackerName>;

export const PipelineId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and hyphens");

/** A named recipe. */
export const Pipeline = z
  .object({
    pipeline_id: PipelineId,
    title: z.string(),
    description: z.string(),
    model: z.object({
      name: z.string(),
      sha256: z.string(),
      /** Of its manifest as stored; absent where it is built in, or was added when a file had only one. */
      manifest_sha256: z.string().optional(),
      classes: z.array(z.string()),
    }),
    /** Detections below this score are not stored, 0–1. */
    score_min: z.number().min(0).max(1),
    /** Where the page's score filter starts, 0–1. */
    score_shown: z.number().min(0).max(1),
    sampling: Sampling,
    tracker: TrackerName,
    /** `gpu` refuses to run on a worker without one. */
    require: z.enum(["any", "gpu"]),
    /** Whether a result may have gaps, each named; by default it may. Otherwise such a job fails. */
    partial: z.boolean().optional(),
    built_in: z.boolean(),
  })
  .meta({ id: "Pipeline" });
export type Pipeline = z.infer<typeof Pipeline>;

/** Scores by class name, each 0–1. */
export const ScoreByClass = z
  .record(z.string().min(1), z.number().min(0).max(1))
  .refine((scores) => Object.keys(scores).length <= 1000, "at most 1000 classes");

/** `per-class` compares boxes of one class, `agnostic` all of them; `none` keeps what the model answers. */
export const NmsMode = z.enum(["per-class", "agnostic", "none"]);
export type NmsMode = z.infer<typeof NmsMode>;

/** What one job may change of its pipeline. */
export const JobOptions = z
  .strictObject({
    score_min: z.number().min(0).max(1).optional(),
    /** Goes before `score_min` for the classes that it names. */
    score_min_by_class: ScoreByClass.optional(),
    nms: NmsMode.optional(),
    /** Overlap (IoU) above which the weaker of two boxes is dropped, 0–1. */
    iou: z.number().min(0).max(1).optional(),
    /** Most detections of one frame; the best are kept. */
    max_detections: z.int().min(1).max(limits.detectionsPerFrameMax).optional(),
    classes: z.array(z.string().min(1)).min(1).max(1000).optional(),
    sampling: Sampling.optional(),
    tracker: TrackerName.optional(),
    partial: z.boolean().optional(),
    /** Only frames with start ≤ t < end, in seconds. */
    time_range: z
      .strictObject({ start: z.number().nonnegative(), end: z.number().positive() })
      .refine(({ start, end }) => start < end, "start must be before end")
      .optional(),
  })
  .meta({ id: "JobOptions" });
export type JobOptions = z.infer<typeof JobOptions>;
