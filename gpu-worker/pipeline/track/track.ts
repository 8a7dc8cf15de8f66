import type { FrameDetections } from "../../../contracts/detection.ts";
import type { TrackerName } from "../../../contracts/pipeline.ts";
import { byteTrack } from "./byte-track.ts";
import { follow } from "./follow.ts";
import { sort } from "./sort.ts";

export interface TrackRequest {
  readonly tracker: TrackerName;
  /** Detections from this score on may begin a track; those below only continue one. */
  readonly startScore: number;
  /** Size of the picture as displayed, in pixels. */
  readonly picture: { readonly width: number; readonly height: number };
}

/** Stage 4 of 5: gives the same object the same number over the frames, or passes them on. */
export function track(
  frames: AsyncIterable<FrameDetections>,
  { tracker, startScore, picture }: TrackRequest,
): AsyncIterable<FrameDetections> {
  if (tracker === "none") return frames;
  const associate = tracker === "sort" ? sort : byteTrack({ startScore, picture });
  return follow(frames, { associate, startScore });
}
