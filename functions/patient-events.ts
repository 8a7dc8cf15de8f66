import type { JobEnded } from "../contracts/event.ts";
import type { EventBus } from "../contracts/ports/event-bus.ts";
import type { DeliveryQueue } from "../contracts/ports/webhook-store.ts";
import { untakenEnd } from "../contracts/untaken-end.ts";
import type { Log } from "./log.ts";

export interface PatientEventsDependencies {
  readonly events: EventBus;
  readonly deliveryQueue: Pick<DeliveryQueue, "send">;
  readonly log: Log;
}

/** Tells an end; where the bus does not take it, lays it into the queue of deliveries, whose function tells it later. Rejects where both fail. */
export function patientEvents({ events, deliveryQueue, log }: PatientEventsDependencies) {
  return {
    async tell(ends: readonly JobEnded[]): Promise<void> {
      try {
        await events.tell(ends);
      } catch (error) {
        for (const end of ends) await deliveryQueue.send(untakenEnd(end));
        log.warn("The event bus took no end; it is told later.", {
          jobIds: ends.map(({ detail }) => detail.job_id),
          error,
        });
      }
    },
  };
}
