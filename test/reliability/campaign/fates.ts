import { isClaim, isManifest, isPublish, type ProxiedRequest } from "./proxied-request.ts";
import type { Blow } from "./fleet.ts";

const isPoll = ({ action }: ProxiedRequest): boolean => action === "ReceiveMessage";

/** Where a request is when its sender is hit. */
export type Where = "before" | "sent" | "after";

/** Shares of what blows are aimed at, in any unit. */
export interface Aims {
  readonly birth: number;
  readonly age: number;
  readonly poll: number;
  readonly claim: number;
  readonly manifest: number;
  readonly publish: number;
  readonly requestAtWork: number;
}

/** When a worker is hit. */
type Aim =
  /** So long after it was started, ready or not. */
  | { readonly is: "birth"; readonly milliseconds: number }
  /** So long after its first poll, or after the blow before. */
  | { readonly is: "age"; readonly milliseconds: number }
  /**
   * At the `count`-th such request: before it is sent, when it was sent and is late, or when it was done and its answer
   * is on the way.
   */
  | {
      readonly is: "request";
      readonly name: string;
      readonly matches: (request: ProxiedRequest) => boolean;
      readonly count: number;
      /** Only requests count that it sends with a job or a segment in its hands. */
      readonly atWork: boolean;
      readonly where: Where;
    };

/** What happens to a worker next. */
export interface Fate {
  readonly signal: Blow["signal"];
  readonly aim: Aim;
  /** How long it stands still, of SIGSTOP. */
  readonly stopSeconds: number;
}

export interface Counts {
  readonly SIGKILL: number;
  readonly SIGSTOP: number;
  readonly SIGTERM: number;
}

/** A worker is at work about so long after it was started, on two busy cores. */
const startMilliseconds = 1500;
/** A job of the campaign's clips takes about as long. */
const jobMilliseconds = 2500;
/** Of some thirty requests that a worker sends for one job: later ones are what the other aims hit. */
const requestsOfJob = 24;

/** Deals fates until the wanted numbers are reached, and after that for as long as it is asked. */
export function fateDeck({
  wanted,
  given,
  aims,
  where,
  leaseSeconds,
  random,
}: {
  readonly wanted: Counts;
  readonly aims: Aims;
  readonly where: Readonly<Record<Where, number>>;
  /** What was dealt so far and hit. */
  readonly given: () => Counts;
  readonly leaseSeconds: number;
  readonly random: () => number;
}) {
  const between = (least: number, most: number) => least + (most - least) * random();

  /** One of the names, by its share. */
  function drawn<Name extends string>(shares: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(shares) as [Name, number][];
    let at = random() * entries.reduce((sum, [, share]) => sum + share, 0);
    return (entries.find(([, share]) => (at -= share) < 0) ?? entries[0]!)[0];
  }

  function signal(): Blow["signal"] {
    const had = given();
    const left = (name: Blow["signal"]) => Math.max(wanted[name] - had[name], 0.01 * wanted[name]);
    return drawn({ SIGKILL: left("SIGKILL"), SIGSTOP: left("SIGSTOP"), SIGTERM: left("SIGTERM") });
  }

  const at = (
    name: string,
    matches: (request: ProxiedRequest) => boolean,
    { count = 1, atWork = false } = {},
  ): Aim => ({
    is: "request",
    name,
    matches,
    count: Math.ceil(count),
    atWork,
    where: drawn(where),
  });

  const aimAt: Readonly<Record<keyof Aims, () => Aim>> = {
    birth: () => ({ is: "birth", milliseconds: between(0, startMilliseconds) }),
    age: () => ({ is: "age", milliseconds: between(0, jobMilliseconds) }),
    poll: () => at("poll after work", isPoll, { count: between(1, 3) }),
    claim: () => at("claim", isClaim),
    manifest: () => at("manifest", isManifest),
    publish: () => at("publish", isPublish),
    requestAtWork: () =>
      at("request at work", () => true, { count: between(0, requestsOfJob), atWork: true }),
  };

  return (): Fate => {
    const name = signal();
    return {
      signal: name,
      // Nobody is asked to stop, or stopped, before it has begun.
      aim: aimAt[drawn(name === "SIGKILL" ? aims : { ...aims, birth: 0 })](),
      stopSeconds: between(leaseSeconds * 1.2, leaseSeconds * 2),
    };
  };
}
