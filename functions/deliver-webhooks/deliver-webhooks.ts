import * as z from "zod";
import { eventTypes, type JobEnded } from "../../contracts/event.ts";
import { DeliveryMessage } from "../../contracts/webhook.ts";
import { terminalStatuses } from "../../contracts/work-row.ts";
import { deliveryAttempter, type AttemptDeliveryDependencies } from "./attempt-delivery.ts";
import { eventSpreader, type SpreadEventDependencies } from "./spread-event.ts";

export type DeliverWebhooksDependencies = AttemptDeliveryDependencies & SpreadEventDependencies;

/** What EventBridge sends of an end; it may gain fields. */
const EndEnvelope = z.object({
  "detail-type": z.literal(eventTypes.jobEnded),
  detail: z.object({
    event_id: z.string(),
    job_id: z.string(),
    owner: z.string(),
    run: z.int(),
    status: z.enum(terminalStatuses),
    filename: z.string(),
    pipeline_id: z.string(),
    finished_at: z.iso.datetime(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  }),
});

/** Takes what comes out of the queue of deliveries: an end, which becomes deliveries, or a delivery, which is tried. */
export function deliverWebhooks(ports: DeliverWebhooksDependencies) {
  const spread = eventSpreader(ports);
  const attempt = deliveryAttempter(ports);

  return async (body: string, _messageId: string, receipt: string): Promise<void> => {
    const json = parsed(body);
    const message = DeliveryMessage.safeParse(json);
    if (message.success) return attempt(message.data, receipt);
    const end = EndEnvelope.safeParse(json);
    if (end.success) return spread(end.data.detail as JobEnded["detail"]);
    ports.log.error("A message is neither an end nor a delivery.", { body: body.slice(0, 500) });
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
