import type { ResultSummary } from "../../contracts/artifact.ts";

/** A summary of one frame with nothing in it. */
export const anEmptySummary: ResultSummary = {
  completeness: "complete",
  gaps: [],
  frames_analysed: 1,
  score_shown: 0.4,
  detections: 0,
  detections_stored: 0,
  classes: [],
  seconds: 1,
  frames_per_second: 1,
};
