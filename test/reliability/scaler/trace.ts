import { randomOf, type Random } from "../simulation/random.ts";

export interface Arrival {
  readonly at: number;
  readonly videoSeconds: number;
  /** What the scaler takes it for before it was looked at: from the bytes alone. */
  readonly estimatedSeconds: number;
  /** Whether it can be cut into segments. */
  readonly divisible: boolean;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Some hours of one deployment. Times are seconds from the beginning. */
export interface Trace {
  readonly seed: number;
  readonly kind: string;
  readonly arrivals: readonly Arrival[];
  /** When Spot takes an instance, if there is one. */
  readonly kills: readonly number[];
  /** When RunTask finds no capacity. */
  readonly shortages: readonly Window[];
  /** Workers of others, while they are there, each as fast as this part of ours. */
  readonly others: readonly (Window & { readonly pace: number })[];
  readonly speed: number;
  /** What the scaler believes of the speed. */
  readonly measuredSpeed: number;
  readonly bootSeconds: number;
  readonly countsLagSeconds: number;
  readonly workersMax: number;
}

const hour = 3600;

const kinds: Readonly<
  Record<string, (random: Random) => readonly [at: number, seconds: number][]>
> = {
  burst: (random) => {
    const at = random.between(0, hour);
    return times(random.whole(2, 60), () => [at + random.between(0, 120), random.between(5, 1800)]);
  },
  bursts: (random) =>
    times(random.whole(2, 6), () => random.between(0, 4 * hour)).flatMap((at) =>
      times(random.whole(1, 30), () => [at + random.between(0, 300), random.between(10, 900)]),
    ),
  trickle: (random) => {
    const gap = random.between(30, 1200);
    return times(random.whole(5, 40), (index) => [
      index * gap + random.between(0, gap),
      random.between(5, 300),
    ]);
  },
  "long films": (random) =>
    times(random.whole(1, 5), () => [random.between(0, 2 * hour), random.between(hour, 10 * hour)]),
  silence: (random) => [[random.between(0, hour), random.between(1, 60)]],
  "many small": (random) =>
    times(random.whole(50, 400), () => [random.between(0, hour), random.between(2, 30)]),
  mixed: (random) =>
    times(random.whole(5, 60), () => [
      random.between(0, 3 * hour),
      random.chance(0.1) ? random.between(hour, 4 * hour) : random.between(5, 600),
    ]),
};

const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

const windows = (random: Random, count: number, longest: number): Window[] =>
  times(count, () => {
    const from = random.between(0, 4 * hour);
    return { from, to: from + random.between(300, longest) };
  });

/** The trace of a seed. */
export function traceOf(seed: number): Trace {
  const random = randomOf(seed);
  const kind = random.pick(Object.keys(kinds));
  const speed = random.between(3, 12);
  const arrivals = kinds[kind]!(random)
    .map(([at, videoSeconds]) => ({
      at,
      videoSeconds,
      // 1 to 12 Mb/s, of which 8 are assumed.
      estimatedSeconds: videoSeconds * random.between(1 / 8, 1.5),
      divisible: random.chance(0.8),
    }))
    .sort((a, b) => a.at - b.at);
  return {
    seed,
    kind,
    arrivals,
    kills: random.chance(0.3)
      ? times(random.whole(1, 6), () => random.between(0, 4 * hour)).sort((a, b) => a - b)
      : [],
    shortages: random.chance(0.2) ? windows(random, random.whole(1, 2), 1800) : [],
    others: random.chance(0.3)
      ? windows(random, random.whole(1, 3), 3 * hour).map((window) => ({
          ...window,
          pace: random.between(0.3, 1),
        }))
      : [],
    speed,
    measuredSpeed: speed * random.between(0.85, 1.15),
    bootSeconds: random.between(180, 600),
    countsLagSeconds: random.between(60, 180),
    workersMax: random.whole(2, 10),
  };
}
