import type { FrameDetections } from "../../../contracts/detection.ts";
import type { TrackerName } from "../../../contracts/pipeline.ts";
import { sort } from "./sort.ts";

/** Stage 4 of 5: gives the same object the same number over the frames, or passes them on. */
export function track(
  frames: AsyncIterable<FrameDetections>,
  { tracker, startScore }: { tracker: TrackerName; startScore: number },
): AsyncIterable<FrameDetections> {
  return tracker === "sort" ? sort(frames, { startScore }) : frames;
}
