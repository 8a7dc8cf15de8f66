import type { JobRow } from "../../../contracts/job.ts";
import { limits } from "../../../contracts/limits.ts";
import { allEnded } from "../../../contracts/protocol/end-segment.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import type { Transition } from "../../../contracts/protocol/transition.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { isUndispatched } from "../../../functions/ingest.ts";
import { now, source, timing } from "./abstract-row.ts";
import { chainSteps, dispatching, endingSegment } from "./chains.ts";
import { objectsOf } from "./objects.ts";
import {
  about,
  built,
  idle,
  slotOf,
  whatever,
  writing,
  type Answered,
  type Local,
  type Program,
  type Setting,
  type Step,
} from "./program.ts";
import { noRow } from "./protocol.ts";
import { facts, impossible } from "./surroundings.ts";
import { userRequests } from "./user.ts";

const exhausted = { code: "ATTEMPTS_EXHAUSTED", message: "it failed too often" } as const;
const faulty = { code: "UPLOAD_SIZE_MISMATCH", message: "another size arrived" } as const;
/** Which of two letters it is does not matter here: one that comes twice may as well be two. */
const letterId = "a letter";
const deadLettered = { code: "DEAD_LETTERED", message: "nobody took it" } as const;

/** remove-job: once nobody can add an object any more, its objects and it are removed; before, it is looked at later. */
const removing = ({ deletedAt = 0, untold }: AnyRow): Local =>
  deletedAt < now && !untold ? { at: "removing" } : idle;

/** A Lambda: sweeper, upload event, dead letter or a request of the API, whichever comes. It may crash before each step. */
export function lambdaProgram(setting: Setting): Program {
  const { protocol, habits, rows, runsMax, plans } = setting;
  const objects = objectsOf(habits);

  const write = (at: string, transition: Transition, row: AnyRow): Local =>
    about(setting, at, built(setting, transition, row));

  /** functions/sweep/sweep-work: a job or a segment. */
  function sweepsWork(row: AnyRow): Local {
    const exhaust = () => {
      const transition = protocol.exhaust(row, { now, timing, error: exhausted });
      return write(row.index === undefined ? "writing" : "ending a segment", transition, row);
    };
    if (row.status === "pending") {
      if (row.attempts >= limits.attemptsMax) return exhaust();
      return (row.notBefore ?? 0) > now ? idle : dispatching(setting, row);
    }
    if ((row.leaseUntil ?? 0) >= now) return idle;
    if (row.attempts >= limits.attemptsMax) return exhaust();
    return write("writing, then dispatching", protocol.revoke(row, { now, timing }), row);
  }

  /** functions/sweep/sweep-job. */
  function sweeps(row: AnyRow, rowNumber: number): Local[] {
    // Whoever ends a run tells it, too; that is as good as a sweep right after, and a crash before it is none.
    if (row.untold)
      return [about(setting, "telling", built(setting, protocol.markTold(row as JobRow), row))];
    if (row.deletedAt !== undefined) return [removing(row)];
    if (isTerminal(row.status)) {
      const clean = built(setting, protocol.markClean(row as JobRow), row);
      return [about(setting, "removing orphans", clean, { seen: rowNumber })];
    }
    if (row.status === "awaiting_upload") return [{ at: "heading", seen: rowNumber }];
    if (row.status === "pending") return [sweepsWork(row)];
    if (row.phase === "detect") return habits.noSweepOfSegments ? [] : listing(row, rowNumber);
    const isDead = (row.leaseUntil ?? 0) < now;
    if (!isDead || row.cancelRequestedAt === undefined) return [sweepsWork(row)];
    return [write("writing", protocol.cancelAbandoned(row, { now, timing }), row)];
  }

  /** functions/sweep/sweep-segments: one segment of the list each time, whichever it is. */
  function listing({ planFence }: AnyRow, seen: number): Local[] {
    return Array.from({ length: plans.segments }, (_, index) => {
      const slot = slotOf(setting, planFence!, index)!;
      return { at: "listing", slot, seen };
    });
  }

  function sweepsSegment(job: JobRow, row: AnyRow | undefined): Local {
    if (!row) return idle;
    const unnoted = isTerminal(row.status) && !job.endedSegments?.has(row.index!);
    const last = row.index === plans.segments - 1;
    if (unnoted || (allEnded(job) && last)) return endingSegment(setting, row);
    return isTerminal(row.status) ? idle : sweepsWork(row);
  }

  /** functions/ingest, after the row was seen to wait for its upload. */
  function heading(seen: JobRow): Step[] {
    const expires = (seen.uploadBy ?? 0) < now;
    const uploaded = protocol.markUploaded(seen, { now, source });
    return [
      {
        label: "finds the upload",
        facts: facts.uploaded.is,
        local: write("writing, then dispatching", uploaded, seen),
        helps: true,
      },
      {
        label: "finds an upload of another size",
        facts: facts.uploadIsFaulty.is,
        local: write("writing", protocol.refuseUpload(seen, { now, error: faulty }), seen),
        helps: true,
      },
      {
        label: "finds no upload",
        facts: (bits) =>
          facts.uploaded.holds(bits) || facts.uploadIsFaulty.holds(bits) ? impossible : bits,
        local: expires ? write("writing", protocol.expire(seen, { now }), seen) : idle,
        helps: true,
      },
    ];
  }

  /** functions/on-upload. */
  function takesUpload(row: AnyRow, rowNumber: number): Local {
    if (row.deletedAt !== undefined) return idle;
    if (row.status === "awaiting_upload") return { at: "heading", seen: rowNumber };
    return isUndispatched(row as JobRow) ? dispatching(setting, row) : idle;
  }

  /** functions/dead-letter, of the job's message. */
  function buries(row: AnyRow, run: number): Local {
    const fails = () =>
      write("writing", protocol.failDeadLettered(row, { now, error: deadLettered }), row);
    if (habits.deadLettersAlwaysFail) return fails();
    const waits = row.status === "pending" && row.run === run && row.deletedAt === undefined;
    if (!waits) return idle;
    if (row.deadLetters > 0) return fails();
    return dispatching(
      setting,
      row,
      write("writing", protocol.countDeadLetter(row, { letterId }), row),
    );
  }

  function starts(rowNumber: number): Step[] {
    const row = rows.row(rowNumber);
    if (!row) return [];
    const steps: Step[] = [...userRequests(row as JobRow, setting)];
    const start = (label: string, local: Local, more: Partial<Step>): void => {
      if (local.at !== "idle") steps.push({ label, local, helps: false, ...more });
    };
    if (row.dueAt !== undefined && !habits.noSweeper) {
      for (const local of sweeps(row, rowNumber)) {
        start("sweeps: reads the job's row", local, { helps: true });
      }
    }
    start("hears of the upload: reads the row", takesUpload(row, rowNumber), {
      facts: facts.uploadEvent.is,
    });
    for (let run = 1; run <= runsMax; run++) {
      start(`gets a dead letter of run ${run}: reads the row`, buries(row, run), {
        facts: facts.deadLetterOf(run).is,
      });
    }
    return steps;
  }

  function goesOn(local: Local, rowNumber: number): Step[] {
    switch (local.at) {
      case "heading":
        return heading(rows.row(local.seen!) as JobRow);
      case "listing": {
        const next = sweepsSegment(rows.row(local.seen!) as JobRow, rows.row(rowNumber));
        return [{ label: "reads the segment's row", local: next, helps: true }];
      }
      case "telling":
        return [
          {
            label: "tells the end",
            local: about(setting, "writing", local.write!),
            helps: true,
          },
        ];
      case "removing orphans": {
        const orphans = objects.withoutOrphans(rows.row(local.seen!) as JobRow);
        const next = about(setting, "writing", local.write!);
        return [{ label: "removes orphans", objects: orphans, local: next, helps: true }];
      }
      case "removing": {
        const row = rows.row(rowNumber);
        const removed = row?.deletedAt === undefined ? rowNumber : noRow;
        const wrong = removed === noRow && row?.untold ? "removed with an end untold" : undefined;
        return [
          { label: "removes objects and row", row: removed, local: idle, helps: true, wrong },
        ];
      }
      default:
        return (
          chainSteps(setting, local, rowNumber) ??
          writing(local, rowNumber, afterwards(local), setting)
        );
    }
  }

  function afterwards({ at, run, write: number }: Local): Answered & { refused?: Local } {
    if (at === "writing") return whatever(idle);
    if (at === "deleting") return (_moved, row) => ({ local: row ? removing(row) : idle });
    if (at === "cancelling") {
      const { begins } = facts.cancelAcknowledgedOf(run!);
      return (moved) => ({ local: idle, ...(moved && { facts: begins }) });
    }
    if (at === "ending a segment") {
      return (moved, row) => ({ local: moved ? endingSegment(setting, row!) : idle });
    }
    const { name } = rows.write(number!).transition;
    return (moved, row) => {
      const dispatches = moved && row && (name !== "markUploaded" || isUndispatched(row as JobRow));
      return { local: dispatches ? dispatching(setting, row) : idle };
    };
  }

  return (local, _slot, rowNumber) =>
    local.at === "idle"
      ? starts(rowNumber)
      : [...goesOn(local, rowNumber), { label: "crashes", local: idle, helps: false }];
}
