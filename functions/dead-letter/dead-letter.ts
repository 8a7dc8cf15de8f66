import type { JobRow } from "../../contracts/job.ts";
import { readMessage, type WorkMessage } from "../../contracts/message.ts";
import { dispatcher, type DispatchDependencies } from "../../contracts/protocol/dispatch.ts";
import { segmentEnder } from "../../contracts/protocol/end-segment.ts";
import { rowHandle } from "../../contracts/protocol/row-handle.ts";
import { countDeadLetter, failDeadLettered } from "../../contracts/protocol/sweeper-transitions.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import { aboutJob, type Log } from "../log.ts";

export interface DeadLetterDependencies extends DispatchDependencies {
  readonly log: Log;
}

/**
 * A message that nobody took is no verdict on its work: the first is sent anew, and only the second fails the job or
 * the segment, if it still waits. What somebody holds, or what has ended, is left alone.
 */
export function deadLetter(ports: DeadLetterDependencies) {
  const { jobs, log, now } = ports;
  const dispatch = dispatcher(ports);
  const endSegment = segmentEnder(ports);

  /** The row that the message is about, if it is still about it. */
  async function rowOf(
    message: WorkMessage,
  ): Promise<{ job: JobRow; row: JobRow | SegmentRow } | undefined> {
    const job = await jobs.find(message.job_id);
    if (!job || job.run !== message.run || job.deletedAt !== undefined) return undefined;
    if (message.kind !== "detect") return { job, row: job };
    if (job.phase !== "detect" || job.planFence !== message.plan) return undefined;
    const ref = { jobId: job.jobId, planFence: message.plan, index: message.segment };
    const row = await jobs.segments.find(ref);
    return row && { job, row };
  }

  return async (body: string, letterId: string): Promise<void> => {
    const message = readMessage(body);
    if (!message) {
      log.error("A dead letter is no work message.", { body: body.slice(0, 500) });
      return;
    }
    const found = await rowOf(message);
    if (found?.row.status !== "pending") {
      const about = found ? aboutJob(found.job) : { jobId: message.job_id };
      log.info("A dead letter was of no use any more.", about);
      return;
    }
    const { job, row } = found;
    const handle = rowHandle(jobs, row);

    if (row.deadLetters === 0) {
      // Sent before it is counted: a crash in between costs a message too many, not the job.
      await dispatch(row);
      await handle.move(countDeadLetter(row, { letterId }));
      log.warn("A dead letter was sent anew.", aboutJob(job));
      return;
    }
    if (row.deadLetterId === letterId) {
      log.info("A dead letter came twice.", aboutJob(job));
      return;
    }
    const error = {
      code: "DEAD_LETTERED",
      message: "Workers received the work message many times, twice over, and none took the job.",
    } as const;
    const failed = await handle.move(failDeadLettered(row, { now: now(), error }));
    if (failed.moved && row !== job) await endSegment(job, failed.row as SegmentRow);
    log.error("A job failed because no worker took it.", aboutJob(job));
  };
}
