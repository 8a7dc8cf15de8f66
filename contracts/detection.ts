import * as z from "zod";

/** One object in one frame. */
export const Detection = z.object({
  class_id: z.int().nonnegative(),
  label: z.string(),
  /** 0–1. */
  score: z.number().min(0).max(1),
  /** x1, y1, x2, y2 in pixels of the frame as displayed (rotation applied), origin top left. */
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** Present when a tracker ran and follows this object. */
  track_id: z.int().positive().optional(),
});
export type Detection = z.infer<typeof Detection>;

/** One line of detections.ndjson: an analysed frame, with or without detections. */
export const FrameDetections = z.object({
  /** Position among the video stream's displayed frames, from 0; sampling leaves gaps. */
  frame_index: z.int().nonnegative(),
  /** Presentation time in the stream's time base, as the container has it. */
  pts: z.int(),
  /** Presentation time in seconds on the player's timeline: `pts × time_base − start_time` of the container. */
  t: z.number(),
  detections: z.array(Detection),
});
export type FrameDetections = z.infer<typeof FrameDetections>;
