import type { Detection, FrameDetections } from "../../contracts/detection.ts";
import type { Random } from "./random.ts";
import type { Scene, TrueObject } from "./scene.ts";
import { boxOf, picture, type Actor } from "./world.ts";

const labels = ["player", "ball"];
/** Share of an object that must show for a detector to find it; the truth holds what can be found. */
const visibleMin = 0.2;
/** Detections below are not kept, as in a pipeline. */
const scoreMin = 0.1;

/** How a detector sees, on average. */
export interface Eye {
  /** Share of objects that it overlooks in a frame. */
  readonly missed: number;
  /** Detections of nothing, in a frame. */
  readonly invented: number;
  /** How far a box's corners are off, relative to its size. */
  readonly jitter: number;
  /** Score of what is in full view. */
  readonly score: number;
}

export const goodEye: Eye = { missed: 0.02, invented: 0.1, jitter: 0.02, score: 0.85 };

/** What a detector sees of actors at those times; `screens` hide what is behind them. */
export function film(
  name: string,
  {
    actors,
    screens = [],
    times,
    eye = goodEye,
  }: {
    actors: readonly Actor[];
    screens?: readonly Detection["box"][];
    times: readonly number[];
    eye?: Eye;
  },
  random: Random,
): Scene {
  const truth: TrueObject[][] = [];
  const frames = times.map((t, index): FrameDetections => {
    const present = actors.flatMap(({ id, class_id, ...actor }) => {
      const box = boxOf({ id, class_id, ...actor }, t);
      return box ? [{ id, class_id, box }] : [];
    });
    const seen = present.map((object) => ({
      ...object,
      visible: visibleOf(object, [...present, ...screens.map((box) => ({ id: Infinity, box }))]),
    }));
    truth.push(
      seen
        .filter(({ visible }) => visible >= visibleMin)
        .map(({ id, class_id, box }) => ({ id, class_id, box })),
    );
    const detections = seen.flatMap(({ class_id, box, visible }): Detection[] => {
      const score = eye.score * visible ** 0.7 + random.normal(0.06);
      const overlooked = random.between(0, 1) < eye.missed;
      const corners = shaken(box, eye.jitter * (2 - visible), random);
      if (overlooked || visible < visibleMin || score < scoreMin) return [];
      return [{ class_id, label: labels[class_id]!, score: Math.min(0.99, score), box: corners }];
    });
    return {
      frame_index: index,
      pts: Math.round(t * 1e6),
      t,
      detections: [...detections, ...inventions(eye, random)].sort((a, b) => b.score - a.score),
    };
  });
  return { name, frames, truth };
}

/** Share of an object that no nearer one hides; a lower middle line and a higher id are nearer. */
function visibleOf(
  { id, box }: TrueObject,
  others: readonly { readonly id: number; readonly box: Detection["box"] }[],
): number {
  const area = (box[2] - box[0]) * (box[3] - box[1]);
  const hidden = others.map((other) => {
    const nearer = other.id === Infinity || other.box[3] > box[3] || other.id > id;
    if (other.id === id || !nearer || (other.id !== Infinity && other.box[3] < box[3])) return 0;
    const width = Math.min(box[2], other.box[2]) - Math.max(box[0], other.box[0]);
    const height = Math.min(box[3], other.box[3]) - Math.max(box[1], other.box[1]);
    return width > 0 && height > 0 ? (width * height) / area : 0;
  });
  return Math.max(0, 1 - Math.max(0, ...hidden));
}

function shaken(box: Detection["box"], jitter: number, random: Random): Detection["box"] {
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const off = (size: number) => random.normal(jitter * size);
  return [box[0] + off(width), box[1] + off(height), box[2] + off(width), box[3] + off(height)];
}

function inventions({ invented }: Eye, random: Random): Detection[] {
  const count = Math.floor(invented + random.between(0, 1));
  return Array.from({ length: count }, () => {
    const [width, height] = [random.between(15, 60), random.between(15, 120)];
    const [x, y] = [
      random.between(0, picture.width - width),
      random.between(0, picture.height - height),
    ];
    // Mostly weak: what a detector invents it seldom is sure of.
    const score = scoreMin + 0.6 * random.between(0, 1) ** 2;
    return { class_id: 0, label: labels[0]!, score, box: [x, y, x + width, y + height] };
  });
}
