import type { JobId } from "../job-id.ts";
import type { EventBus } from "../ports/event-bus.ts";
import type { JobStore } from "../ports/job-store.ts";
import { endTeller } from "./tell-end.ts";

export interface TellingJobStoreDependencies<Store extends JobStore> {
  readonly jobs: Store;
  readonly events: EventBus;
  /** The end stands, and was not told: the sweeper will. */
  readonly notTold: (jobId: JobId, error: unknown) => void;
}

/**
 * The job store of a process that tells each end which it brings about, right after the write. Around the store and not
 * beside each transition: no end can be forgotten. A failure to tell is no failure of the write.
 */
export function tellingJobStore<Store extends JobStore>({
  jobs,
  events,
  notTold,
}: TellingJobStoreDependencies<Store>): Store {
  const tellEnd = endTeller({ jobs, events });
  return {
    ...jobs,
    async move(jobId, transition) {
      const answer = await jobs.move(jobId, transition);
      if (answer.moved && answer.row.untold !== undefined) {
        await tellEnd(answer.row).catch((error: unknown) => notTold(jobId, error));
      }
      return answer;
    },
  };
}
