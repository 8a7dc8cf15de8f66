import { WorkMessage } from "../../contracts/message.ts";
import { countDeadLetter, failDeadLettered } from "../../contracts/protocol/sweeper-transitions.ts";
import { dispatcher, type DispatchDependencies } from "../dispatch.ts";
import type { Log } from "../log.ts";

export interface DeadLetterDependencies extends DispatchDependencies {
  readonly log: Log;
}

/**
 * A message that nobody took is no verdict on its job: the first is sent anew, and only the second fails the
 * job, if it still waits. A job that somebody holds, or that has ended, is left alone.
 */
export function deadLetter(ports: DeadLetterDependencies) {
  const { jobs, log, now } = ports;
  const dispatch = dispatcher(ports);

  return async (body: string): Promise<void> => {
    const message = readMessage(body);
    if (!message) {
      log.error("A dead letter is no work message.", { body: body.slice(0, 500) });
      return;
    }
    const row = await jobs.find(message.job_id);
    const waits =
      row?.status === "pending" && row.run === message.run && row.deletedAt === undefined;
    if (!waits) {
      log.info("A dead letter was of no use any more.", { jobId: message.job_id });
      return;
    }

    if (row.deadLetters === 0) {
      // Sent before it is counted: a crash in between costs a message too many, not the job.
      await dispatch(row);
      await jobs.move(row.jobId, countDeadLetter(row));
      log.warn("A dead letter was sent anew.", { jobId: row.jobId });
      return;
    }
    const error = {
      code: "DEAD_LETTERED",
      message: "Workers received the work message many times, twice over, and none took the job.",
    } as const;
    await jobs.move(row.jobId, failDeadLettered(row, { now: now(), error }));
    log.error("A job failed because no worker took it.", { jobId: row.jobId });
  };
}

function readMessage(body: string): WorkMessage | undefined {
  try {
    return WorkMessage.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
