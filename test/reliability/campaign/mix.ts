import type { Aims, Counts, Where } from "./fates.ts";

/** How hard a campaign is on its system, and with what. */
export interface Mix {
  readonly wanted: Counts;
  readonly aims: Aims;
  /** Shares of where the request is that a blow is aimed at. */
  readonly where: Readonly<Record<Where, number>>;
  /** Worker processes at a time, and jobs that are open for each. */
  readonly workers: number;
  readonly jobsPerWorker: number;
  /** What a worker is left alone before each blow. */
  readonly restSeconds: number;
  /** Of the clips, the shortest first. */
  readonly clips: number;
  /** Chance that a worker's publishes of a job are held up until another has the job. */
  readonly latePublishRate: number;
  /** Chances of what people do to a job of theirs, and of a dead letter about it. */
  readonly chances: {
    readonly cancel: number;
    readonly delete: number;
    readonly deadLetter: number;
  };
}

/** What a campaign is made of. */
export const usualMix: Mix = {
  wanted: { SIGKILL: 1000, SIGSTOP: 200, SIGTERM: 200 },
  // A start is what a kill costs, so most hit workers at work; one that dies at a poll after its work lets something be published.
  aims: { birth: 6, age: 6, poll: 12, claim: 10, manifest: 10, publish: 16, requestAtWork: 40 },
  where: { before: 1, sent: 1, after: 1 },
  workers: 8,
  jobsPerWorker: 1.2,
  restSeconds: 0,
  clips: 3,
  latePublishRate: 0.1,
  chances: { cancel: 0.1, delete: 0.05, deadLetter: 0.25 },
};

/**
 * For a minute in which a planted fault must be found: workers that mostly live, so that the minute goes into work and
 * not into starts, and more of what is rare.
 */
export const sharpMix: Mix = {
  wanted: { SIGKILL: 20, SIGSTOP: 20, SIGTERM: 5 },
  aims: { birth: 0, age: 5, poll: 0, claim: 5, manifest: 20, publish: 70, requestAtWork: 0 },
  where: { before: 1, sent: 8, after: 1 },
  workers: 4,
  restSeconds: 2,
  jobsPerWorker: 1,
  clips: 1,
  latePublishRate: 0.6,
  chances: { cancel: 0.05, delete: 0.05, deadLetter: 0.3 },
};
