import type { JobRow } from "../../../contracts/job.ts";
import { keys } from "../../../contracts/keys.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import type { Transition } from "../../../contracts/protocol/transition.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { anEmptySummary } from "../../support/result-summary.ts";
import { aPartAt, aSegmentRow, aSubmittedRow, jobId, now, timing } from "./abstract-row.ts";
import { endingSegment } from "./chains.ts";
import { objectsOf } from "./objects.ts";
import {
  about,
  built,
  idle,
  slotOf,
  whatever,
  writing,
  type Local,
  type Program,
  type Setting,
  type Step,
} from "./program.ts";
import { settlement } from "./settlement.ts";

/** What a worker does with a claim: gpu-worker's process-work, run-attempt, lease and why-stop. */
export function attemptSteps(setting: Setting): Program {
  const { protocol, rows, messages, messageOf, plans, ends, partialAllowed } = setting;
  const objects = objectsOf(setting.habits);
  const { settling, settled, underLease, over, asked } = settlement(setting);

  /** lease: one renewal, whose answer is also how a worker learns of the end of its lease. */
  function renewal(local: Local, rowNumber: number): Step[] {
    const number = underLease(local, protocol.renew(local.lease!, { now, timing }));
    const { holds, row, wrong } = rows.outcome(number, rowNumber);
    const steps: Step[] = [];
    if (setting.lateWrites) steps.push({ label: "renew is slow", late: number, helps: false });
    if (!holds) {
      const seen = rows.row(rowNumber);
      const next = !seen || seen.deletedAt !== undefined ? over(local) : idle;
      steps.push({ label: "is refused to renew, and stops", local: next, helps: true });
    } else {
      const asked = rows.row(row)!.cancelRequestedAt !== undefined;
      const next = asked ? { local: settling(local, "cancelling") } : {};
      steps.push({ label: "renew", row, wrong, ...next, helps: true });
      steps.push({ label: "renew, but the answer is lost", row, wrong, helps: false });
    }
    return steps;
  }

  /** why-stop: the row that is held is looked at between two renewals. */
  function watching(local: Local, row: AnyRow | undefined): Step[] {
    const step = (label: string, next: Local): Step[] => [{ label, local: next, helps: true }];
    if (!row || row.deletedAt !== undefined) return step("sees that it is deleted", over(local));
    if (row.nonce !== local.lease!.nonce) return step("sees that the lease is lost", idle);
    if (row.cancelRequestedAt === undefined) return [];
    return step("sees that a cancel is asked for", settling(local, "cancelling"));
  }

  /** why-stop: whoever works at a segment looks at the job's row too. */
  function watchingJob(local: Local, job: AnyRow | undefined): Step[] {
    const { run, planFence } = local.lease!;
    const isDetecting =
      job?.status === "running" &&
      job.phase === "detect" &&
      job.run === run &&
      job.planFence === planFence &&
      job.deletedAt === undefined;
    return isDetecting
      ? []
      : [{ label: "sees that the job has moved on", local: over(local), helps: true }];
  }

  /** Fetches, detects and stores, as one step; then the write that makes it true. */
  function whole(local: Local, rowNumber: number): Step[] {
    if (local.stored === "surely") return publication(local, rowNumber);
    const lease = local.lease!;
    const store: Step = {
      label: "stores the result",
      local: { ...local, stored: "surely" },
      objects: local.stored ? objects.putAgain(lease) : objects.put(lease),
      helps: true,
    };
    const lost: Local = { ...local, stored: "perhaps" };
    return [
      store,
      { ...store, label: "stores the result, but the answer is lost", local: lost, helps: false },
    ];
  }

  function publication(local: Local, rowNumber: number): Step[] {
    const { run, fence } = local.lease!;
    const manifestKey = objects.manifestKey({ run, fence });
    const result = { manifestKey, manifestSha256: "", run, fence, summary: anEmptySummary };
    return commit(local, rowNumber, protocol.publish(local.lease!, { now, result }), over(local));
  }

  /** run-attempt: the commit, with what follows from it. */
  function commit(local: Local, rowNumber: number, transition: Transition, done: Local): Step[] {
    const write = underLease(local, transition);
    return writing(
      { ...local, write },
      rowNumber,
      (moved, row) => {
        if (moved) return { local: done };
        if (asked(row)) return { local: settling(local, "cancelling") };
        return { local: row && !row.deletedAt ? idle : over(local) };
      },
      setting,
      ends.retryLater ? settling(local, "delaying") : idle,
    );
  }

  function part(local: Local, rowNumber: number): Step[] {
    const lease = local.lease!;
    const { run, planFence, index, fence } = lease;
    const key = keys.segmentPart(jobId, run, planFence!, index!, fence);
    const ended = { run, planFence: planFence!, index: index!, status: "completed" } as const;
    return commit(
      local,
      rowNumber,
      protocol.completeSegment(lease, { now, part: aPartAt(key) }),
      endingSegment(setting, ended, over(local), {
        at: "received",
        run: 0,
        message: local.message!,
      }),
    );
  }

  /** The row of the next segment, which is written under no condition but that there is none. */
  function inserting(local: Local, rowNumber: number): Step[] {
    const { run, fence } = local.lease!;
    const index = local.segments!;
    const slot = slotOf(setting, fence, index + 1);
    const more = index + 1 < plans.segments && slot !== undefined;
    const { also: _also, ...rest } = local;
    const next: Local = { ...rest, segments: index + 1, ...(more && { also: slot }) };
    const row = rows.row(rowNumber)
      ? rowNumber
      : rows.numberOf(aSegmentRow({ run, planFence: fence, index }));
    return [
      { label: `inserts segment ${index}`, row, local: next, helps: true },
      { label: `inserts segment ${index}, but the answer is lost`, row, helps: false },
    ];
  }

  function spreading(local: Local, rowNumber: number): Step[] {
    const { lease } = local;
    const facts = {
      segmentsTotal: plans.segments,
      framesTotal: 2,
      partialAllowed,
    };
    const first = messageOf(lease!.run, slotOf(setting, lease!.fence, 0)!);
    const telling: Local = {
      at: "telling",
      run: lease!.run,
      message: first,
      segments: 0,
      onward: over(local),
      seen: lease!.fence,
    };
    return commit(local, rowNumber, protocol.spread(lease!, { now, timing, ...facts }), telling);
  }

  /** The messages of all segments, then the note that they were sent. */
  function telling(local: Local): Step[] {
    const planFence = local.seen!;
    const index = local.segments! + 1;
    const slot = slotOf(setting, planFence, index);
    const note = () => {
      const plan: JobRow = { ...aSubmittedRow, run: local.run!, planFence };
      const write = built(setting, protocol.markSpread(plan, { now }), { run: plan.run, fence: 0 });
      return about(setting, "told", write, { onward: local.onward! });
    };
    const next: Local =
      index < plans.segments
        ? { ...local, segments: index, message: messageOf(local.run!, slot!) }
        : note();
    return [
      {
        label: `sends the message of segment ${index - 1}`,
        queue: messages(local.message!).send,
        local: next,
        helps: true,
      },
    ];
  }

  /** verify-segments: each row is read, and must have ended. */
  function verifying(local: Local, row: AnyRow | undefined): Step[] {
    const index = local.segments!;
    const label = `verifies segment ${index}`;
    if (!row || !isTerminal(row.status)) {
      return [{ label, local: settling(local, "delaying"), helps: false, wrong: unfinished }];
    }
    const { also, ...rest } = local;
    const more = index + 1 < plans.segments;
    return [
      {
        label,
        local: { ...rest, segments: index + 1, ...(more && { also: also! + 1 }) },
        helps: true,
      },
    ];
  }

  function working(local: Local, rowNumber: number): Step[] {
    const { does, segments = 0 } = local;
    if (does === "part") return part(local, rowNumber);
    if (does === "whole") return whole(local, rowNumber);
    if (segments < plans.segments) return [];
    return does === "cut" ? spreading(local, rowNumber) : whole(local, rowNumber);
  }

  function workingWith(local: Local, rowNumber: number): Step[] {
    if (local.does === "part") return watchingJob(local, rows.row(rowNumber));
    if (local.does === "cut") return inserting(local, rowNumber);
    return verifying(local, rows.row(rowNumber));
  }

  function stopping(local: Local): Step[] {
    const stop = (label: string, next: Local): Step => ({ label, local: next, helps: false });
    return [
      stop("lets go: its lease was not renewed in time", idle),
      ...(ends.release ? [stop("is told to stop", settling(local, "releasing"))] : []),
      ...(ends.fail ? [stop("finds that it can never work", settling(local, "failing"))] : []),
      ...(ends.retryLater
        ? [stop("finds a fault that may pass", settling(local, "delaying"))]
        : []),
      ...(ends.otherEngine && local.does === "part"
        ? [stop("has another engine", settling(local, "giving way"))]
        : []),
    ];
  }

  return (local, slot, rowNumber) => {
    if (local.at === "telling") return telling(local);
    if (local.at === "told") return writing(local, rowNumber, whatever(local.onward!), setting);
    if (local.at !== "working") return settled(local, rowNumber);
    if (slot !== (local.slot ?? 0) || (local.also === 0 && slot === 0)) {
      return workingWith(local, rowNumber);
    }
    return [
      ...working(local, rowNumber),
      ...(local.refused ? [] : renewal(local, rowNumber)),
      ...watching(local, rows.row(rowNumber)),
      ...stopping(local),
    ];
  };
}

const unfinished = "an assembler found a segment that has not ended";
