import { isTerminal, type JobRow } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import { WorkMessage } from "../contracts/message.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import { cancelAbandoned, exhaust } from "../contracts/protocol/sweeper-transitions.ts";
import { claim, type Lease } from "../contracts/protocol/worker-transitions.ts";
import type { Timing } from "../contracts/timing.ts";
import { exhaustedError } from "./exhausted-error.ts";

/** What to do with one message, by what the job's row says. */
export type Claim =
  | { readonly is: "claimed"; readonly row: JobRow; readonly lease: Lease }
  /** Nothing is left to do: the message may go. */
  | { readonly is: "over"; readonly why: string }
  /** Not now: the message must come again. */
  | { readonly is: "deferred"; readonly why: string; readonly seconds: number }
  /** Not to be understood here: left to come again, and at last to the dead-letter queue. */
  | { readonly is: "refused"; readonly why: string };

export interface ClaimDependencies {
  readonly jobs: JobStore;
  readonly workerId: string;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
  readonly newNonce: () => string;
}

/** The row may move between reading and writing; each failed write is a look at the newer row. */
const looksMax = 4;

/** Claims the job that a message speaks of, if it is there to be claimed. */
export function claimJob({ jobs, workerId, timing, now, random, newNonce }: ClaimDependencies) {
  const abandoned = (row: JobRow) =>
    row.status === "running" && (row.leaseUntil ?? 0) < now() - timing.marginSeconds * 1000;

  function waiting(row: JobRow): Claim | undefined {
    if (row.status === "running" && !abandoned(row)) {
      const left = (row.leaseUntil! - now()) / 1000 + timing.marginSeconds;
      // Spread, so that two workers do not meet at the moment when a lease ends.
      const jitter = timing.leaseSeconds * (1 / 12 + random() / 3);
      const seconds = Math.min(left + jitter, limits.backoffSecondsMax);
      return { is: "deferred", why: `held by ${row.workerId ?? "another worker"}`, seconds };
    }
    if (row.status === "pending" && (row.notBefore ?? 0) > now()) {
      return { is: "deferred", why: "backoff", seconds: (row.notBefore! - now()) / 1000 };
    }
    return undefined;
  }

  return async (body: string): Promise<Claim> => {
    const message = messageFrom(body);
    if (!message) return { is: "refused", why: "not a work message" };
    if (message.kind !== "plan") return { is: "refused", why: `unknown kind ${message.kind}` };

    const nonce = newNonce();
    let row = await jobs.find(message.job_id);
    for (let look = 0; look < looksMax; look++) {
      if (!row || row.deletedAt !== undefined) return { is: "over", why: "the job is gone" };
      if (row.run !== message.run) return { is: "over", why: "another run" };
      if (isTerminal(row.status)) return { is: "over", why: row.status };

      const later = waiting(row);
      if (later) return later;

      const transition =
        row.cancelRequestedAt !== undefined
          ? cancelAbandoned(row, { now: now(), timing })
          : row.attempts >= limits.attemptsMax
            ? exhaust(row, { now: now(), timing, error: exhaustedError(row.error) })
            : claim(row, { nonce, workerId, now: now(), timing });
      const answer = await jobs.move(row.jobId, transition);
      if (answer.moved && transition.name === "claim") {
        const { jobId, run, fence } = answer.row;
        return { is: "claimed", row: answer.row, lease: { jobId, run, fence, nonce, workerId } };
      }
      row = answer.row;
    }
    return { is: "deferred", why: "the row keeps moving", seconds: timing.marginSeconds };
  };
}

function messageFrom(body: string): WorkMessage | undefined {
  try {
    return WorkMessage.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
