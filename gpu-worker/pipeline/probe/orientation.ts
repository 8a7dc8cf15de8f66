import type { VideoFacts } from "../../../contracts/artifact.ts";
import type { Stream } from "./streams.ts";

/** How the stored picture is brought upright: turned clockwise, then mirrored from left to right. */
export interface Orientation {
  readonly rotation: VideoFacts["rotation"];
  readonly mirrored: boolean;
}

/**
 * From the display matrix, which ffprobe prints in full but sums up as an angle that knows no mirror, or, in old files,
 * from a tag. Undefined for an angle that is no quarter turn: it is not applied.
 */
export function orientationOf({ side_data_list, tags }: Stream): Orientation | undefined {
  const printed = side_data_list.find(({ displaymatrix }) => displaymatrix)?.displaymatrix;
  if (printed === undefined) {
    const rotation = quarterOf(Number(tags["rotate"] ?? 0));
    return rotation === undefined ? undefined : { rotation, mirrored: false };
  }
  // Lines of "address: a b u": x' = a·x + c·y, y' = b·x + d·y, y downwards.
  const rows = printed
    .trim()
    .split("\n")
    .map((line) => line.replace(/^.*:/, "").trim().split(/\s+/).map(Number));
  const [a = 0, b = 0] = rows[0] ?? [];
  const [c = 0, d = 0] = rows[1] ?? [];
  const mirrored = a * d - b * c < 0;
  const rotation = quarterOf((Math.atan2(b, mirrored ? -a : a) * 180) / Math.PI);
  return rotation === undefined ? undefined : { rotation, mirrored };
}

function quarterOf(degrees: number): Orientation["rotation"] | undefined {
  const turned = ((Math.round(degrees) % 360) + 360) % 360;
  return turned === 0 || turned === 90 || turned === 180 || turned === 270 ? turned : undefined;
}
