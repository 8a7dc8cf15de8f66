import type { ReceivedMessage } from "../contracts/ports/work-queue.ts";
import type { Claim } from "./claim-work.ts";
import type { Log } from "./log.ts";
import { leaveToOthers, type OtherEngineDependencies } from "./other-engine.ts";

export type Claimed = Extract<Claim, { is: "claimed" }>;

/**
 * Follows one delivery of a message: claims its job and runs it, or sees to it that the message goes or comes again. A
 * message may lead on, from a job's last segment to the join of all.
 */
export function handleMessage(
  dependencies: OtherEngineDependencies & {
    readonly claim: (body: string) => Promise<Claim>;
    /** True where the message leads on. */
    readonly run: (claimed: Claimed, receipt: string, claimedAt: number) => Promise<boolean>;
    readonly shutdown: AbortSignal;
    /** In milliseconds. */
    readonly monotonic: () => number;
    readonly log: Log;
  },
) {
  const { queue, claim, run, shutdown, monotonic, log } = dependencies;

  async function look({ body, receipt, receiveCount }: ReceivedMessage, claimedAt: number) {
    const claimed = await claim(body);
    switch (claimed.is) {
      case "claimed":
        return run(claimed, receipt, claimedAt);
      case "over":
        log("INFO", "the message is dropped", { ...claimed.about, why: claimed.why });
        await queue.acknowledge(receipt);
        return false;
      case "deferred":
        log("INFO", "the message is deferred", {
          ...claimed.about,
          why: claimed.why,
          seconds: claimed.seconds,
        });
        await queue.renew(receipt, Math.ceil(claimed.seconds));
        return false;
      case "elsewhere":
        log("INFO", "the message is left to workers of the engine that cut the job", {
          ...claimed.about,
          segment: claimed.segment.index,
          receive_count: receiveCount,
        });
        await leaveToOthers(claimed, { receipt, receiveCount }, dependencies);
        return false;
      default:
        log("WARN", "the message is left to the dead-letter queue", {
          why: claimed.why,
          receive_count: receiveCount,
        });
        return false;
    }
  }

  return async (message: ReceivedMessage, receivedAt: number): Promise<void> => {
    let leadsOn = await look(message, receivedAt);
    while (leadsOn) {
      if (shutdown.aborted) return queue.renew(message.receipt, 0);
      leadsOn = await look(message, monotonic());
    }
  };
}
