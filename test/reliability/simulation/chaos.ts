import type { Actor } from "./actor.ts";
import type { Fate, Fates } from "./calls.ts";
import type { Random } from "./random.ts";
import type { Mischief } from "./simulated-queue.ts";

/** How often each thing goes wrong in one history: per call, per message or per minute. */
export interface Chaos {
  readonly workerDies: number;
  readonly functionDies: number;
  readonly refused: number;
  readonly answerLost: number;
  readonly repeated: number;
  readonly slow: number;
  readonly slowSecondsMax: number;
  readonly mischief: Mischief;
  readonly staleIndex: number;
  readonly eventLost: number;
  readonly freezesPerMinute: number;
  readonly stopsPerMinute: number;
  readonly clockOffsetSecondsMax: number;
  readonly clockJumpsPerMinute: number;
}

/** A mix of faults; `isMild` has only such as cost no attempt, so that every job must be done in spite of them. */
export function chaosOf(random: Random, leaseSeconds: number, isMild: boolean): Chaos {
  const sometimes = (rateMax: number) => (random.chance(0.5) ? rateMax * random.next() : 0);
  const harsh = (rateMax: number) => (isMild ? 0 : sometimes(rateMax));
  return {
    workerDies: harsh(0.05),
    functionDies: sometimes(0.15),
    refused: harsh(0.15),
    answerLost: harsh(0.15),
    repeated: harsh(0.15),
    slow: harsh(0.08),
    slowSecondsMax: random.pick([2, leaseSeconds, 2 * leaseSeconds]),
    mischief: {
      lost: sometimes(0.3),
      doubled: sometimes(0.5),
      late: sometimes(0.3),
      undead: sometimes(0.3),
    },
    staleIndex: sometimes(0.5),
    eventLost: sometimes(0.6),
    freezesPerMinute: harsh(12),
    stopsPerMinute: sometimes(20),
    clockOffsetSecondsMax: harsh(1) > 0 ? 600 : 0,
    clockJumpsPerMinute: harsh(2),
  };
}

const quick = (random: Random): Fate => {
  const milliseconds = 1 + random.next() * 40;
  return random.next() < 0.5
    ? { requestMilliseconds: 0, answerMilliseconds: milliseconds, ends: "answered" }
    : { requestMilliseconds: milliseconds, answerMilliseconds: 0, ends: "answered" };
};

/** What becomes of calls while the chaos lasts, and that all is well afterwards. */
export function chaoticFates(
  chaos: Chaos,
  {
    random,
    isChaos,
    count,
  }: { random: Random; isChaos: () => boolean; count: (what: string) => void },
): Fates {
  const { refused, answerLost, repeated, slow, slowSecondsMax } = chaos;
  return (actor: Actor, site: string): Fate => {
    const fate = quick(random);
    if (!isChaos()) return fate;
    const dies = actor.kind === "worker" ? chaos.workerDies : chaos.functionDies;
    let dice = random.next();
    const falls = (rate: number): boolean => {
      dice -= rate;
      return dice < 0;
    };
    if (falls(dies)) {
      const when = random.pick(["before", "applied", "after"] as const);
      count(
        `${actor.kind} dies ${when === "applied" ? "while a call is answered" : `${when} a call`}`,
      );
      return { ...fate, dies: when };
    }
    if (falls(refused)) return counted("call refused", { ...fate, ends: "refused" });
    if (falls(answerLost)) return counted("answer lost", { ...fate, ends: "answer_lost" });
    if (falls(repeated) && site !== "queue.receive") {
      return counted("call repeated", { ...fate, ends: "repeated" });
    }
    if (falls(slow)) {
      const milliseconds = random.next() * slowSecondsMax * 1000;
      return counted(
        "call slow",
        random.chance(0.5)
          ? { ...fate, requestMilliseconds: milliseconds }
          : { ...fate, answerMilliseconds: milliseconds },
      );
    }
    return fate;

    function counted(what: string, of: Fate): Fate {
      count(what);
      return of;
    }
  };
}

/** Every call is answered after a moment, the same in every run of one seed. */
export const calmFates =
  (random: Random): Fates =>
  () =>
    quick(random);
