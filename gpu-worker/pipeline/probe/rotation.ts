import type { VideoFacts } from "../../../contracts/artifact.ts";
import type { Stream } from "./streams.ts";

export type Rotation = VideoFacts["rotation"];

/**
 * Clockwise degrees that bring the stored picture upright, from the display matrix (ffprobe gives it
 * counter-clockwise) or, in old files, a tag. Undefined for an angle that is no quarter turn: it is not applied.
 */
export function rotationOf({ side_data_list, tags }: Stream): Rotation | undefined {
  const matrix = side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation;
  const clockwise = matrix === undefined ? Number(tags["rotate"] ?? 0) : -matrix;
  const turned = ((Math.round(clockwise) % 360) + 360) % 360;
  return turned === 0 || turned === 90 || turned === 180 || turned === 270 ? turned : undefined;
}
