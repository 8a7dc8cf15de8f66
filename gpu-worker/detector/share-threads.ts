import { limits } from "../../contracts/limits.ts";

/** How a processor's cores are shared out among runs of a model. */
export interface Division {
  /** Runs side by side, each in a thread with a session of its own. */
  readonly sessions: number;
  /** Threads of onnxruntime inside one run. */
  readonly threadsPerRun: number;
}

/** So many runs side by side, each on one thread. */
export const oneThreadEach = (sessions: number): Division => ({ sessions, threadsPerRun: 1 });

/**
 * Runs side by side on a GPU, by the cores that feed it. On an H100 with 16 cores YOLOX-Nano reached 846, 1313 and 2078
 * frames/s in batches of 8 with one, two and three, a model of YOLOv8n's size 299, 579 and 698.
 */
export const onGpu = (cores: number): Division =>
  oneThreadEach(Math.min(limits.gpuSessionsMax, Math.max(2, Math.floor(cores / 2))));

/** Divisions worth trying: every core its own run, pairs of cores, all cores in one run. The first is most often the best. */
export function divisionsOf(cores: number): [Division, ...Division[]] {
  const larger = [...new Set([2, cores])].filter((threads) => threads > 1 && threads <= cores);
  return [
    oneThreadEach(cores),
    ...larger.map((threadsPerRun) => ({
      sessions: Math.floor(cores / threadsPerRun),
      threadsPerRun,
    })),
  ];
}

/** A later division must be so much faster: measurements of a moment scatter. */
const fasterMin = 1.1;

/**
 * The division with the most frames per second, as measured one after the other; the first one where they are alike. Who
 * seems to lead is measured against the other once more, and the better of each counts: whatever else runs for a moment
 * only makes slower, and threads that wait for each other within a run suffer from a decoder beside them most.
 */
export async function fastestDivision(
  divisions: readonly [Division, ...Division[]],
  framesPerSecond: (division: Division) => Promise<number>,
): Promise<Division> {
  let [best, ...others] = divisions;
  if (others.length === 0) return best;
  let rate = await framesPerSecond(best);
  for (const division of others) {
    const other = await framesPerSecond(division);
    if (other <= rate * fasterMin) continue;
    rate = Math.max(rate, await framesPerSecond(best));
    const again = Math.max(other, await framesPerSecond(division));
    if (again > rate * fasterMin) [best, rate] = [division, again];
  }
  return best;
}
