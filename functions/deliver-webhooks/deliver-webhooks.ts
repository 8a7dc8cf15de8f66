import * as z from "zod";
import { eventTypes, type JobEnded } from "../../contracts/event.ts";
import { EndDetail, UntakenEnd } from "../../contracts/untaken-end.ts";
import { DeliveryMessage } from "../../contracts/webhook.ts";
import { deliveryAttempter, type AttemptDeliveryDependencies } from "./attempt-delivery.ts";
import { laterTeller, type TellLaterDependencies } from "./tell-later.ts";
import { eventSpreader, type SpreadEventDependencies } from "./spread-event.ts";

export type DeliverWebhooksDependencies = AttemptDeliveryDependencies &
  SpreadEventDependencies &
  TellLaterDependencies;

/** What EventBridge sends of an end. */
const EndEnvelope = z.object({
  "detail-type": z.literal(eventTypes.jobEnded),
  detail: EndDetail,
});

/** Takes what comes out of the queue of deliveries: an end, which becomes deliveries, a delivery, which is tried, or an end that is yet to be told. */
export function deliverWebhooks(ports: DeliverWebhooksDependencies) {
  const spread = eventSpreader(ports);
  const attempt = deliveryAttempter(ports);
  const tellLater = laterTeller(ports);

  return async (body: string, _messageId: string, receipt: string): Promise<void> => {
    const json = parsed(body);
    const message = DeliveryMessage.safeParse(json);
    if (message.success) return attempt(message.data, receipt);
    const untaken = UntakenEnd.safeParse(json);
    if (untaken.success) return tellLater(untaken.data, receipt);
    const end = EndEnvelope.safeParse(json);
    if (end.success) return spread(end.data.detail as JobEnded["detail"]);
    ports.log.error("A message is no end and no delivery.", { body: body.slice(0, 500) });
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
