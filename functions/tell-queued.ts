import { eventTypes } from "../contracts/event.ts";
import type { JobId } from "../contracts/job-id.ts";
import type { EventBus } from "../contracts/ports/event-bus.ts";
import type { Dispatch } from "../contracts/protocol/dispatch.ts";
import type { Log } from "./log.ts";

export interface TellQueuedDependencies {
  readonly events: EventBus;
  readonly log: Log;
}

/** Tells that a job waits, so that a worker is started soon. Never fails: the scaler looks by itself each minute. */
export function queuedTeller({ events, log }: TellQueuedDependencies) {
  return async (jobId: JobId): Promise<void> => {
    try {
      await events.tell([{ type: eventTypes.workQueued, detail: { job_id: jobId } }]);
    } catch (error) {
      log.warn("Nobody was told of a waiting job; the scaler looks within a minute.", {
        jobId,
        error,
      });
    }
  };
}

/** Dispatches, and tells of it. */
export const tellingDispatch =
  (dispatch: Dispatch, tell: ReturnType<typeof queuedTeller>): Dispatch =>
  async (row) => {
    await dispatch(row);
    await tell(row.jobId);
  };
