import type { Detection, FrameDetections } from "../../contracts/detection.ts";

/** An object that is really there, in one frame. */
export interface TrueObject {
  /** The same over all frames of a scene. */
  readonly id: number;
  readonly class_id: number;
  /** x1, y1, x2, y2 in pixels. */
  readonly box: Detection["box"];
}

/** What a detector saw, and frame by frame what was there. */
export interface Scene {
  readonly name: string;
  readonly frames: readonly FrameDetections[];
  /** As long as `frames`. */
  readonly truth: readonly (readonly TrueObject[])[];
}

/** The same scene, of which only every third frame is looked at. */
export const everyThird = ({ name, frames, truth }: Scene): Scene => {
  const third = <T>(all: readonly T[]) => all.filter((_, index) => index % 3 === 0);
  return { name: `${name}, every third frame`, frames: third(frames), truth: third(truth) };
};
