import type { Detection } from "../../../contracts/detection.ts";

type Box = Detection["box"];

/** Variance of a detection, relative to the object's size. */
const measured = 0.05 ** 2;
/** Variance of the speed at first, and how much is added in a second, in sizes per second: of the place, and of the size. */
const moving = { first: 4 ** 2, drift: 2 };
const growing = { first: 0.5 ** 2, drift: 0.1 ** 2 };

/** Position and speed of one coordinate, with their covariance. */
interface Axis {
  readonly drift: number;
  position: number;
  speed: number;
  pp: number;
  ps: number;
  ss: number;
}

/**
 * Where an object is and moves: centre and size at constant velocity but for white noise, a Kalman filter for each (as
 * SORT, Bewley et al. 2016). The noise is continuous in time (Bar-Shalom et al. 2001, 6.2.2), so that two steps of half
 * a second are one of a second, whatever the frame rate.
 */
export interface Motion {
  /** Lets time pass. */
  readonly predict: (seconds: number) => void;
  /** Takes in where it was seen. */
  readonly correct: (box: Box) => void;
  readonly box: () => Box;
}

export function motionOf(first: Box): Motion {
  const axes: Axis[] = axesOf(first).map((position, index) => {
    const { first: ss, drift } = index < 2 ? moving : growing;
    return { drift, position, speed: 0, pp: measured, ps: 0, ss };
  });
  let size = sizeOf(first);

  return {
    predict(seconds) {
      const [squared, cubed] = [seconds ** 2, seconds ** 3];
      for (const axis of axes) {
        axis.position += axis.speed * seconds;
        axis.pp += seconds * (2 * axis.ps + seconds * axis.ss) + (axis.drift * cubed) / 3;
        axis.ps += seconds * axis.ss + (axis.drift * squared) / 2;
        axis.ss += axis.drift * seconds;
      }
    },
    correct(box) {
      const seen = axesOf(box);
      for (const [index, axis] of axes.entries()) {
        // In units of the object's size, so that near and far objects are alike.
        const error = (seen[index]! - axis.position) / size;
        const total = axis.pp + measured;
        const [positionGain, speedGain] = [axis.pp / total, axis.ps / total];
        axis.position += positionGain * error * size;
        axis.speed += speedGain * error * size;
        axis.ss -= speedGain * axis.ps;
        axis.ps *= 1 - positionGain;
        axis.pp *= 1 - positionGain;
      }
      size = sizeOf(box);
    },
    box() {
      const [x, y, width, height] = axes.map(({ position }) => position) as Box;
      const [halfWidth, halfHeight] = [Math.max(width, 1) / 2, Math.max(height, 1) / 2];
      return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
    },
  };
}

const axesOf = ([x1, y1, x2, y2]: Box): Box => [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1];
const sizeOf = ([x1, y1, x2, y2]: Box): number => Math.max(1, (x2 - x1 + y2 - y1) / 2);
