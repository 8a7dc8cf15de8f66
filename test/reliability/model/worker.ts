import { limits } from "../../../contracts/limits.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import type { Lease } from "../../../contracts/protocol/worker-transitions.ts";
import { jobId, now, timing } from "./abstract-row.ts";
import { attemptSteps } from "./attempt.ts";
import { chainSteps, endingSegment } from "./chains.ts";
import {
  about,
  acknowledging,
  built,
  idle,
  slotOf,
  writing,
  type Local,
  type Program,
  type Setting,
  type Step,
} from "./program.ts";

const exhausted = { code: "ATTEMPTS_EXHAUSTED", message: "it failed too often" } as const;

/** Where a worker may be about to claim, for which it needs a name that is nobody's. */
export const mayClaim = ({ at }: Local): boolean =>
  at === "received" || at === "found" || at === "claiming" || at === "ending";

/** The name of a claim: unique among the claims of one fence by its letter, and among all by the fence that it would get. */
export const nonceOf = (letter: string, fence: number): string => `${letter}${fence}`;

/** A worker: gpu-worker's claim-work, run-attempt, lease and settle, step by step. It may crash before each of them. */
export function workerProgram(setting: Setting): Program {
  const { protocol, rows, messages, messageOf, runsMax, plans } = setting;
  const attempt = attemptSteps(setting);

  /** claim-work: why the message has nothing to say about the job any more. */
  function isOver(job: AnyRow | undefined, local: Local): boolean {
    if (!job || job.deletedAt !== undefined || job.run !== local.run) return true;
    if (isTerminal(job.status)) return true;
    const isDetecting = job.status === "running" && job.phase === "detect";
    const segment = segmentOf(local.message!);
    if (!segment) return isDetecting;
    const isOpen = isDetecting || job.phase === "assemble";
    return !isOpen || job.planFence !== segment.planFence;
  }

  const over = (local: Local): Local => acknowledging(setting, local);
  const segmentOf = (message: number) =>
    message < runsMax ? undefined : plans.refOf(message - runsMax + 1);

  /** claim-work: what one look at the row that is to be taken leads to. */
  function take(local: Local, row: AnyRow | undefined, letter: string): Local {
    const { message, run } = local;
    if (!row) return over(local);
    if (isTerminal(row.status)) {
      return row.index === undefined ? over(local) : endingSegment(setting, row, over(local));
    }
    if (row.index === undefined && isOver(row, local)) return over(local);
    const held = row.status === "running" && (row.leaseUntil ?? 0) >= now;
    if (held || (row.status === "pending" && (row.notBefore ?? 0) > now)) return idle;

    const nonce = nonceOf(letter, row.fence + 1);
    const transition =
      row.cancelRequestedAt !== undefined
        ? protocol.cancelAbandoned(row, { now, timing })
        : row.attempts >= limits.attemptsMax
          ? protocol.exhaust(row, { now, timing, error: exhausted })
          : protocol.claim(row, { nonce, workerId: "w", now, timing });
    const claims = transition.name === "claim";
    const write = built(setting, transition, row);
    const inHand = { message: message!, run: run! };
    return about(setting, claims ? "claiming" : "ending", write, {
      ...inHand,
      ...(claims && { nonce }),
    });
  }

  function claimed({ message, run, nonce }: Local, row: AnyRow): Local {
    const { index, planFence, phase, fence } = row;
    const ofSegment = index === undefined ? {} : { index, planFence: planFence! };
    const lease: Lease = { jobId, run: row.run, fence, nonce: nonce!, workerId: "w", ...ofSegment };
    const inHand = { message: message!, run: run!, nonce: nonce!, lease };
    if (index !== undefined) {
      const slot = slotOf(setting, planFence!, index)!;
      return { at: "working", does: "part", slot, also: 0, ...inHand };
    }
    if (phase === "assemble") {
      const first = slotOf(setting, planFence!, 0)!;
      return { at: "working", does: "join", also: first, segments: 0, ...inHand };
    }
    if (plans.segments === 0) return { at: "working", does: "whole", ...inHand };
    const first = slotOf(setting, fence, 0);
    // A cutting that is not followed: the exploration ends here.
    if (first === undefined) return { at: "beyond" };
    return { at: "working", does: "cut", also: first, segments: 0, ...inHand };
  }

  function receives(): Step[] {
    const jobs = Array.from({ length: runsMax }, (_, index) => ({ run: index + 1, slot: 0 }));
    const segments = Array.from({ length: plans.slots }, (_, index) => ({
      run: 0,
      slot: index + 1,
    }));
    return [...jobs, ...segments].map(({ run, slot }) => ({
      label: `receives the message of ${slot ? `segment row ${slot}` : `run ${run}`}`,
      local: { at: "received", run, message: messageOf(run, slot) },
      queue: messages(messageOf(run, slot)).receive,
      helps: true,
    }));
  }

  /** The job's row is read first, whatever the message is about. */
  function received(got: Local, row: AnyRow | undefined, letter: string): Local {
    const segment = segmentOf(got.message!);
    // A plan is of one run, so its messages are.
    const local = segment ? { ...got, run: row?.run ?? 0 } : got;
    if (isOver(row, local)) return over(local);
    if (!segment || row!.phase === "assemble") return take(local, row, letter);
    const slot = slotOf(setting, segment.planFence, segment.index)!;
    return { ...local, at: "found", slot };
  }

  function steps(local: Local, slot: number, rowNumber: number, letter: string): Step[] {
    const row = rows.row(rowNumber);
    switch (local.at) {
      case "idle":
        return receives();
      case "received":
        return [{ label: "reads the job's row", helps: true, local: received(local, row, letter) }];
      case "found":
        return [{ label: "reads the segment's row", helps: true, local: take(local, row, letter) }];
      case "claiming":
      case "ending":
        return [
          ...writing(
            local,
            rowNumber,
            (moved, after) => ({
              local:
                moved && local.at === "claiming"
                  ? claimed(local, after!)
                  : take(local, after, letter),
            }),
            setting,
          ),
          { label: "has looked too often, and defers the message", local: idle, helps: false },
        ];
      case "over":
        return [
          {
            label: "acknowledges the message",
            local: idle,
            queue: messages(local.message!).acknowledge,
            helps: true,
          },
        ];
      default:
        return chainSteps(setting, local, rowNumber) ?? attempt(local, slot, rowNumber, letter);
    }
  }

  return (local, slot, rowNumber, letter) => [
    ...steps(local, slot, rowNumber, letter),
    ...(local.at === "idle" || slot !== (local.slot ?? 0)
      ? []
      : [{ label: "crashes", local: idle, helps: false }]),
  ];
}
