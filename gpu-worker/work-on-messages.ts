import type { JobId } from "../contracts/job-id.ts";
import { dispatcher } from "../contracts/protocol/dispatch.ts";
import { segmentEnder } from "../contracts/protocol/end-segment.ts";
import { claimWork, type ClaimDependencies } from "./claim-work.ts";
import { handleMessage } from "./handle-message.ts";
import { foreignPlans } from "./other-engine.ts";
import { poll } from "./poll.ts";
import { processWork, type Stages } from "./process-work.ts";
import { runAttempt, type RunAttemptDependencies } from "./run-attempt.ts";

/** Made of the others here. */
type Made = "dispatch" | "endSegment" | "foreign" | "process";

export interface WorkOnMessagesDependencies
  extends Omit<ClaimDependencies, Made>, Omit<RunAttemptDependencies, Made> {
  readonly stages: Stages;
  /** A piece of work begins, and is over. */
  readonly begins?: (jobId: JobId) => Promise<void>;
  readonly ends?: () => Promise<void>;
  /** There was nothing to do for a whole poll. */
  readonly idle?: () => Promise<void>;
}

/** The worker's part of the protocol, on whatever stages: takes messages one by one until it is told to stop. */
export function workOnMessages(dependencies: WorkOnMessagesDependencies) {
  const { stages, shutdown, monotonic, begins, ends, idle } = dependencies;
  const shared = {
    ...dependencies,
    dispatch: dispatcher(dependencies),
    endSegment: segmentEnder(dependencies),
    foreign: foreignPlans(),
  };
  const process = processWork({ ...shared, stages });
  const handle = handleMessage({
    ...shared,
    claim: claimWork(shared),
    async run(claimed, receipt, claimedAt) {
      await begins?.(claimed.lease.jobId);
      try {
        return await runAttempt(claimed, receipt, claimedAt, { ...shared, process });
      } finally {
        await ends?.();
      }
    },
  });
  return {
    /** One delivery, received at this moment of the monotonic clock. */
    handle,
    until: (): Promise<void> =>
      poll({
        ...shared,
        signal: shutdown,
        handle: (message) => handle(message, monotonic()),
        idle: async () => idle?.(),
      }),
  };
}
