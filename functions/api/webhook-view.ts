import type { DeliveryView, WebhookView } from "../../contracts/webhook-api.ts";
import type { Delivery, Webhook } from "../../contracts/webhook.ts";
import { timeOf, timeOrNull } from "./time.ts";

/** A webhook as the API shows it: without its secret. */
export const webhookView = ({
  webhookId,
  url,
  types,
  createdAt,
  disabledAt,
}: Webhook): WebhookView => ({
  webhook_id: webhookId,
  url,
  events: [...types],
  created_at: timeOf(createdAt),
  disabled_at: timeOrNull(disabledAt),
});

/** A delivery as the API shows it. */
export const deliveryView = (delivery: Delivery): DeliveryView => ({
  delivery_id: delivery.deliveryId,
  event_id: delivery.eventId,
  type: delivery.type,
  status: delivery.status,
  attempts: delivery.attempts,
  created_at: timeOf(delivery.createdAt),
  last_attempt_at: timeOrNull(delivery.lastAttemptAt),
  response_status: delivery.lastStatus ?? null,
  error: delivery.lastError ?? null,
  next_attempt_at: timeOrNull(delivery.nextAttemptAt),
});
