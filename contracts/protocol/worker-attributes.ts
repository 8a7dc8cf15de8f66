import type { RowFields } from "./transition.ts";

/**
 * What a worker's steps look at and change in a job's row: its rights end there, so that whoever steals a worker's
 * credentials can neither give a job to another owner nor make it about another video.
 */
export const jobAttributesOfWorkers = [
  "attempts",
  "cancelRequestedAt",
  "deadLetterId",
  "deadLetters",
  "deletedAt",
  "dispatchedAt",
  "dispatches",
  "dueAt",
  "dueShard",
  "endedSegments",
  "error",
  "fence",
  "finishedAt",
  "history",
  "interruptions",
  "leaseUntil",
  "nonce",
  "notBefore",
  "partialAllowed",
  "phase",
  "planFence",
  "progress",
  "result",
  "run",
  "segmentEndedAt",
  "segmentsTotal",
  "startedAt",
  "status",
  "untold",
  "waitingQueue",
  "waitingSince",
  "workerId",
] as const satisfies readonly (keyof RowFields)[];
