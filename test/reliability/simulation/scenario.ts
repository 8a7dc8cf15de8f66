import { chaosOf, type Chaos } from "./chaos.ts";
import type { FakeVideo, Trouble } from "./fake-video.ts";
import { moments, type Doings } from "./doings.ts";
import type { Random } from "./random.ts";

/** All that is decided of a history before it begins. */
export interface Scenario {
  readonly isMild: boolean;
  readonly leaseSeconds: number;
  readonly sweepSeconds: number;
  readonly chaosSeconds: number;
  readonly receivesMax: number;
  /** A message that is none is in the queue. */
  readonly garbage: boolean;
  readonly workers: readonly { readonly engine: string; readonly engineLater: string }[];
  readonly chaos: Chaos;
  readonly jobs: readonly {
    readonly video: FakeVideo;
    readonly trouble: Trouble;
    readonly doings: Doings;
  }[];
}

/** Draws a history's circumstances from its seed. */
export function scenarioOf(random: Random): Scenario {
  const isMild = random.chance(0.25);
  const leaseSeconds = random.pick([6, 12, 24]);
  const chaosSeconds = random.between(5, 45);
  const isMixed = random.chance(0.15);
  const workers = Array.from({ length: random.whole(2, 3) }, (_, index) => ({
    engine: isMixed && index === 0 ? "b" : "a",
    engineLater: isMixed && index === 0 && random.chance(0.5) ? "b" : "a",
  }));
  return {
    isMild,
    leaseSeconds,
    chaosSeconds,
    sweepSeconds: random.pick([2, 5, 10]),
    receivesMax: isMild ? 50 : random.pick([3, 10, 50]),
    garbage: random.chance(0.05),
    workers,
    chaos: chaosOf(random, leaseSeconds, isMild),
    jobs: Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, (_, index) => {
      const video = videoOf(random, `video${index}`);
      return { video, trouble: troubleOf(random, video), doings: doingsOf(random, chaosSeconds) };
    }),
  };
}

const videoOf = (random: Random, name: string): FakeVideo => ({
  name,
  segments: random.pick([1, 1, 2, 3, 3, 4, 7]),
  steps: random.whole(1, 3),
  stepSeconds: random.pick([0.2, 0.6, 1, 2]),
  partialAllowed: random.chance(0.5),
});

function troubleOf(random: Random, { segments }: FakeVideo): Trouble {
  if (random.chance(0.7)) return { is: "none" };
  const segment = random.whole(0, segments - 1);
  const is = random.pick(["retryable", "hang", "poison", "permanent"] as const);
  if (is === "permanent") return { is, segment: random.chance(0.3) ? -1 : segment };
  return is === "poison" ? { is, segment } : { is, segment, times: random.whole(1, 2) };
}

function doingsOf(random: Random, chaosSeconds: number): Doings {
  const via = random.chance(0.2) ? "inbox" : "api";
  const upload = random.chance(0.04)
    ? random.pick(["never", "wrong_size"] as const)
    : random.between(0, 3);
  // Most of them while there is work: a job takes some seconds.
  const at = () => 1 + random.next() ** 2 * chaosSeconds;
  const later = Array.from({ length: random.pick([0, 0, 1, 1, 2, 3, 4]) }, () => ({
    at: at(),
    ...(random.chance(0.6) && { once: random.pick(moments) }),
    does: random.pick(["cancel", "cancel", "retry", "retry", "delete", "look", "look"] as const),
  }));
  return {
    at: random.next() * 3,
    via,
    upload,
    event: true,
    later: later.sort((a, b) => a.at - b.at),
  };
}
