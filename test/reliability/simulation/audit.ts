import type { SystemEvent } from "../../../contracts/event.ts";
import type { JobRow, PublishedResult } from "../../../contracts/job.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import type { Condition, Transition } from "../../../contracts/protocol/transition.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import type { Actor } from "./actor.ts";
import { isInjected } from "./calls.ts";

/** What the auditor is told of each write that changed a row. */
export interface Write {
  readonly actor: Actor;
  /** As the code asked for it, whatever a planted fault made of it. */
  readonly transition: Transition;
  readonly before: AnyRow;
  readonly after: AnyRow;
}

const byLease = new Set([
  "renew",
  "publish",
  "spread",
  "completeSegment",
  "release",
  "retryLater",
  "fail",
  "acknowledgeCancel",
]);

/** Errors of an attempt that nobody planted but that follow from what was. */
const consequences =
  /^(All \d+ attempts|Workers received|Nothing advanced for|Segment \d+: |Not one of \d+ segments)/;

/** Watches every write as it is applied, and knows from the writes alone who holds what. */
export function auditor({ violation }: { violation: (what: string) => void }) {
  /** The nonce of whoever was let in last, by row; gone with the next fence. */
  const holders = new Map<string, string>();
  const publications = new Map<string, number>();
  const ends = new Map<string, string>();
  const tellings = new Set<string>();
  const acknowledgedCancels = new Set<string>();
  const seen = new Map<string, PublishedResult>();
  const pointed = new Map<string, string>();

  function checkHolder(name: string, { actor, transition }: Write): void {
    const nonce = byLease.has(transition.name) ? nonceOf(transition.condition) : undefined;
    if (nonce !== undefined && holders.get(name) !== nonce) {
      violation(`${transition.name} by ${actor.name} was accepted without its fence on ${name}`);
    }
  }

  function followHolder(name: string, { transition, before, after }: Write): void {
    const { nonce } = transition.update.set ?? {};
    if (transition.name === "claim" && nonce !== undefined) holders.set(name, nonce);
    else if (after.fence !== before.fence || after.status !== "running") holders.delete(name);
  }

  function checkTerminal(name: string, { transition, before, after }: Write): void {
    if (!isTerminal(before.status)) return;
    const isAllowed =
      transition.name === "markDeleted" ||
      transition.name === "markClean" ||
      transition.name === "markTold" ||
      (transition.name === "retry" && after.run === before.run + 1) ||
      transition.name === "postpone";
    if (!isAllowed)
      violation(`${transition.name} changed ${name} although it was ${before.status}`);
  }

  function checkPublication({ transition, before, after }: Write): void {
    const { jobId, run } = after;
    if (transition.name !== "publish") return;
    const name = `${jobId} run ${run}`;
    const count = (publications.get(name) ?? 0) + 1;
    publications.set(name, count);
    if (count > 1) violation(`${name} was published ${count} times`);
    if (acknowledgedCancels.has(name)) violation(`${name} completed after its cancel`);
    if (before.deletedAt !== undefined) violation(`${name} completed after it was deleted`);
  }

  function checkReason({ transition }: Write): void {
    const { error } = transition.update.set ?? {};
    if (!error || (transition.name !== "retryLater" && transition.name !== "fail")) return;
    if (isInjected(error.message) || consequences.test(error.message)) return;
    violation(`an attempt failed for a reason that nobody planted: ${error.code} ${error.message}`);
  }

  function noteEnd({ before, after }: Write): void {
    if (after.index !== undefined || isTerminal(before.status) || !isTerminal(after.status)) return;
    ends.set(`${after.jobId} run ${after.run}`, after.status);
  }

  return {
    moved(name: string, write: Write): void {
      checkHolder(name, write);
      checkTerminal(name, write);
      checkPublication(write);
      checkReason(write);
      noteEnd(write);
      followHolder(name, write);
    },

    cancelAcknowledged(jobId: string, run: number): void {
      acknowledgedCancels.add(`${jobId} run ${run}`);
    },

    told(event: SystemEvent): void {
      if (event.type !== "Job Ended") return;
      const { job_id, run, status } = event.detail;
      const name = `${job_id} run ${run}`;
      tellings.add(name);
      if (ends.get(name) !== status) {
        violation(`${name} was told to be ${status}, and is ${ends.get(name) ?? "not over"}`);
      }
    },

    /** Runs that have ended, and of which nobody was told. */
    untold: (): string[] => [...ends.keys()].filter((name) => !tellings.has(name)),

    wasCancelled: (jobId: string, run: number): boolean =>
      acknowledgedCancels.has(`${jobId} run ${run}`),

    /** What any reader sees at this moment. */
    read(row: JobRow): void {
      if (!row.result) return;
      const name = `${row.jobId} run ${row.run}`;
      const earlier = seen.get(name);
      if (!earlier) {
        seen.set(name, row.result);
        pointed.set(row.result.manifestKey, row.result.manifestSha256);
      } else if (earlier.manifestSha256 !== row.result.manifestSha256) {
        violation(`a reader saw two results of ${name}`);
      }
    },

    /** An object was written, or is gone; `sha256` is of what is there now. */
    stored(key: string, sha256: string | undefined, isDeleted: boolean): void {
      const expected = pointed.get(key);
      if (expected !== undefined && sha256 !== expected && !isDeleted) {
        violation(`the object behind a pointer changed: ${key}`);
      }
    },
  };
}

/** The nonce that a condition asks for. */
function nonceOf(condition: Condition): string | undefined {
  if (condition.is === "equal" && condition.field === "nonce") return String(condition.value);
  if (condition.is !== "all" && condition.is !== "any") return undefined;
  for (const part of condition.of) {
    const nonce = nonceOf(part);
    if (nonce !== undefined) return nonce;
  }
  return undefined;
}
