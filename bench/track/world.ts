import type { Detection } from "../../contracts/detection.ts";
import type { Random } from "./random.ts";

export const picture = { width: 1280, height: 720 } as const;
const stepsPerSecond = 200;
/** Who stays turns back from here on, with so many pixels/s². */
const turnPixels = 100;
const turnAcceleration = 500;

/** Somebody or something in front of the camera, seen or not, from `from` to `to` in seconds. */
export interface Actor {
  readonly id: number;
  readonly class_id: number;
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  /** Its middle at a time, in pixels; may be outside of the picture. */
  readonly at: (t: number) => readonly [number, number];
}

export interface WalkerRequest {
  readonly id: number;
  readonly class_id?: number;
  readonly size: readonly [number, number];
  readonly start: readonly [number, number];
  /** Pixels a second. */
  readonly velocity: readonly [number, number];
  /** How much the velocity wanders, in pixels a second within a second. */
  readonly wander?: number;
  /** Times a second that it turns to anywhere at once, as a ball does that is kicked. */
  readonly kicks?: number;
  /** Whether it turns back at the picture's edges; else it walks out. */
  readonly stays?: boolean;
  readonly from?: number;
  readonly to: number;
}

/** Something that walks: its way is fixed by the random numbers, whenever it is looked at. */
export function walker(
  {
    id,
    class_id = 0,
    size: [width, height],
    start,
    velocity,
    wander = 0,
    kicks = 0,
    stays = false,
    from = 0,
    to,
  }: WalkerRequest,
  random: Random,
): Actor {
  const steps = Math.ceil((to - from) * stepsPerSecond) + 1;
  const way = new Float64Array(2 * steps);
  const [position, speed] = [[...start], [...velocity]];
  const ends = [picture.width, picture.height];
  // Nobody turns on the spot, but a ball that bounces does.
  const turned = (pace: number, from: number, end: number): number => {
    const [near, far] = [from - turnPixels, end - turnPixels - from];
    if (near >= 0 && far >= 0) return pace;
    const inwards = near < 0 ? 1 : -1;
    if (kicks > 0) return inwards * Math.abs(pace);
    return pace + (inwards * turnAcceleration) / stepsPerSecond;
  };
  for (let step = 0; step < steps; step++) {
    if (random.between(0, 1) < kicks / stepsPerSecond) {
      const [pace, angle] = [Math.hypot(...velocity), random.between(0, 2 * Math.PI)];
      speed.splice(0, 2, pace * Math.cos(angle), pace * Math.sin(angle));
    }
    for (const axis of [0, 1]) {
      way[2 * step + axis] = position[axis]!;
      speed[axis]! += random.normal(wander / Math.sqrt(stepsPerSecond));
      position[axis]! += speed[axis]! / stepsPerSecond;
      if (stays) speed[axis] = turned(speed[axis]!, position[axis]!, ends[axis]!);
    }
  }
  return {
    id,
    class_id,
    width,
    height,
    from,
    to,
    at(t) {
      const step = Math.min(steps - 1, Math.max(0, Math.round((t - from) * stepsPerSecond)));
      return [way[2 * step]!, way[2 * step + 1]!];
    },
  };
}

/** Where an actor is, clipped to the picture; undefined where it is not there or mostly outside. */
export function boxOf(actor: Actor, t: number): Detection["box"] | undefined {
  if (t < actor.from || t >= actor.to) return undefined;
  const [x, y] = actor.at(t);
  const [halfWidth, halfHeight] = [actor.width / 2, actor.height / 2];
  const box: Detection["box"] = [
    Math.max(0, x - halfWidth),
    Math.max(0, y - halfHeight),
    Math.min(picture.width, x + halfWidth),
    Math.min(picture.height, y + halfHeight),
  ];
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  if (width <= 0 || height <= 0 || width * height < 0.4 * actor.width * actor.height) {
    return undefined;
  }
  return box;
}
