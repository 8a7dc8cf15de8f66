import type { JobRow } from "../../../contracts/job.ts";
import { limits } from "../../../contracts/limits.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import type { Transition } from "../../../contracts/protocol/transition.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { aSubmittedRow, now, timing } from "./abstract-row.ts";
import { dispatching, endingSegment } from "./chains.ts";
import {
  about,
  acknowledging,
  built,
  idle,
  unlessRefused,
  writing,
  type Local,
  type Setting,
  type Step,
} from "./program.ts";

const error = { code: "WORKER_FAILED", message: "it failed" } as const;
const exhausted = { code: "ATTEMPTS_EXHAUSTED", message: "it failed too often" } as const;

/** How an attempt ends that was not done: gpu-worker's settle, with what follows from it. */
export function settlement(setting: Setting) {
  const { protocol, messages } = setting;
  const over = (local: Local): Local => acknowledging(setting, local);

  const isOver = (row: AnyRow | undefined, run: number): boolean =>
    !row || row.deletedAt !== undefined || row.run !== run || isTerminal(row.status);
  const acknowledged = (local: Local, row: AnyRow | undefined): Local =>
    isOver(row, local.run!) ? over(local) : idle;

  const asked = (row: AnyRow | undefined): boolean => row?.cancelRequestedAt !== undefined;

  const underLease = ({ lease }: Local, transition: Transition): number =>
    built(setting, transition, lease!, lease);

  /** settle: the last write of an attempt. */
  function settling(local: Local, at: keyof typeof lastWrites): Local {
    const { message, run, nonce, lease } = local;
    const write = underLease(local, lastWrites[at](local));
    return about(setting, at, write, {
      message: message!,
      run: run!,
      nonce: nonce!,
      lease: lease!,
    });
  }
  const lastWrites = {
    releasing: ({ lease }: Local) => protocol.release(lease!, { now, reason: "SIGTERM" }),
    cancelling: ({ lease }: Local) => protocol.acknowledgeCancel(lease!, { now }),
    failing: ({ lease }: Local) => protocol.fail(lease!, { now, error }),
    delaying: ({ lease }: Local) => protocol.retryLater(lease!, { now, notBefore: now + 1, error }),
    "giving way": ({ lease }: Local) =>
      protocol.release(lease!, { now, reason: "another engine", notBefore: now + 1 }),
  };

  /** settle: a failed or exhausted segment is told of, then the message goes where the work is over. */
  function ended(local: Local, moved: boolean, row: AnyRow | undefined): Local {
    const next = acknowledged(local, row);
    const { index, planFence, run } = local.lease!;
    if (!moved || index === undefined) return next;
    return endingSegment(setting, { run, planFence: planFence!, index, status: "failed" }, next);
  }

  function settled(local: Local, rowNumber: number): Step[] {
    if (local.at === "replanning") {
      const replanned = unlessRefused(
        (moved, row) => ({ local: moved ? dispatching(setting, row!) : idle }),
        idle,
      );
      return writing(local, rowNumber, replanned, setting);
    }
    return writing(
      local,
      rowNumber,
      (moved, row) => {
        switch (local.at) {
          case "releasing":
          case "giving way": {
            const back = row?.status === "pending";
            if (!back && asked(row)) return { local: settling(local, "cancelling") };
            const next = back ? idle : acknowledged(local, row);
            if (local.at === "releasing") {
              return { local: next, ...(back && { queue: messages(local.message!).giveBack }) };
            }
            return { local: replanning(local) };
          }
          case "delaying": {
            if (!moved && asked(row)) return { local: settling(local, "cancelling") };
            if (!moved) return { local: acknowledged(local, row) };
            if (row!.attempts < limits.attemptsMax) return { local: idle };
            const last = protocol.exhaust(row!, { now, timing, error: exhausted });
            const { message, run, lease } = local;
            const inHand = { message: message!, run: run!, lease: lease! };
            return { local: about(setting, "exhausting", built(setting, last, row!), inHand) };
          }
          case "failing":
          case "exhausting":
            return { local: ended(local, moved, row) };
          default:
            return { local: acknowledged(local, row) };
        }
      },
      setting,
    );
  }

  function replanning({ lease }: Local): Local {
    const { run, planFence } = lease!;
    const job: JobRow = { ...aSubmittedRow, run, planFence: planFence! };
    const write = built(setting, protocol.replan(job, { now }), { run, fence: 0 });
    return about(setting, "replanning", write);
  }

  return {
    /** The last write of an attempt comes next. */
    settling,
    /** The steps of that write, and of what it brings about. */
    settled,
    underLease,
    /** The message may go. */
    over,
    asked,
  };
}
