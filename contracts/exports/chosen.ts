import type { FrameDetections } from "../detection.ts";
import type { Frames } from "./export-format.ts";

export interface Choice {
  /** Detections below this score are left out, 0–1. */
  readonly scoreMin: number;
  /** Names of the classes that stay; all of them where it is absent. */
  readonly classes?: readonly string[] | undefined;
  /** Whether those without a track are left out. */
  readonly tracksOnly?: boolean | undefined;
}

/** All frames, each with the chosen ones of its detections. */
export async function* chosen(
  frames: Frames,
  { scoreMin, classes, tracksOnly = false }: Choice,
): AsyncGenerator<FrameDetections> {
  const names = classes && new Set(classes);
  for await (const frame of frames) {
    const detections = frame.detections.filter(
      ({ score, label, track_id }) =>
        score >= scoreMin &&
        (names === undefined || names.has(label)) &&
        (!tracksOnly || track_id !== undefined),
    );
    yield { ...frame, detections };
  }
}
