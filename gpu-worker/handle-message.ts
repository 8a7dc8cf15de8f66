import type { ReceivedMessage, WorkQueue } from "../contracts/ports/work-queue.ts";
import type { Claim } from "./claim-work.ts";
import type { Log } from "./log.ts";

export type Claimed = Extract<Claim, { is: "claimed" }>;

/** Follows one delivery of a message: claims its job and runs it, or sees to it that the message goes or comes again. */
export function handleMessage({
  queue,
  claim,
  run,
  log,
}: {
  readonly queue: WorkQueue;
  readonly claim: (body: string) => Promise<Claim>;
  readonly run: (claimed: Claimed, receipt: string, claimedAt: number) => Promise<void>;
  readonly log: Log;
}) {
  return async ({ body, receipt, receiveCount }: ReceivedMessage, receivedAt: number) => {
    const claimed = await claim(body);
    switch (claimed.is) {
      case "claimed":
        return run(claimed, receipt, receivedAt);
      case "over":
        log("INFO", "the message is dropped", { ...claimed.about, why: claimed.why });
        return queue.acknowledge(receipt);
      case "deferred":
        log("INFO", "the message is deferred", {
          ...claimed.about,
          why: claimed.why,
          seconds: claimed.seconds,
        });
        return queue.renew(receipt, Math.ceil(claimed.seconds));
      case "refused":
        return log("WARN", "the message is left to the dead-letter queue", {
          why: claimed.why,
          receive_count: receiveCount,
        });
    }
  };
}
