import { limits } from "../../contracts/limits.ts";
import type { EventBus } from "../../contracts/ports/event-bus.ts";
import type { DeliveryQueue } from "../../contracts/ports/webhook-store.ts";
import { eventOf, type UntakenEnd } from "../../contracts/untaken-end.ts";
import { ComesBack } from "../comes-back.ts";
import type { Log } from "../log.ts";

export interface TellLaterDependencies {
  readonly events: EventBus;
  readonly deliveryQueue: Pick<DeliveryQueue, "hide">;
  readonly log: Log;
}

/** Tells an end that the bus did not take before, to everybody who asks for ends; it comes back until the bus takes it. */
export function laterTeller({ events, deliveryQueue, log }: TellLaterDependencies) {
  return async (message: UntakenEnd, receipt: string): Promise<void> => {
    const { event_id: eventId } = message.detail;
    try {
      await events.tell([eventOf(message)]);
    } catch (error) {
      log.warn("The event bus still takes no end.", { eventId, error });
      await deliveryQueue.hide(receipt, limits.untakenEndSeconds);
      throw new ComesBack(`It is told again in ${limits.untakenEndSeconds} s.`);
    }
    log.info("An end was told later.", { eventId });
  };
}
