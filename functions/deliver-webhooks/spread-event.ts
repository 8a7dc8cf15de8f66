import type { JobEnded } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import type { DeliveryQueue, WebhookStore } from "../../contracts/ports/webhook-store.ts";
import type { WebhookPayload } from "../../contracts/webhook-api.ts";
import { messageOf, type WebhookType } from "../../contracts/webhook.ts";

export interface SpreadEventDependencies {
  readonly webhooks: WebhookStore;
  readonly deliveryQueue: Pick<DeliveryQueue, "send">;
  readonly now: () => number;
}

/**
 * Makes one delivery, and one message, for each webhook that wants to hear of this end. Told twice it makes none twice; a
 * message may be doubled, which its delivery's row makes up for.
 */
export function eventSpreader({ webhooks, deliveryQueue, now }: SpreadEventDependencies) {
  return async ({ owner, event_id: eventId, ...data }: JobEnded["detail"]): Promise<void> => {
    const type: WebhookType = `job.${data.status}`;
    const { finished_at: timestamp } = data;
    const payload: WebhookPayload = { type, timestamp, data };
    const wanting = (await webhooks.list(owner)).filter(
      ({ types, disabledAt }) => disabledAt === undefined && types.includes(type),
    );

    for (const { webhookId } of wanting) {
      // Thirteen digits until the year 2286: they sort as numbers do.
      const deliveryId = `${Date.parse(timestamp)}-${eventId}`;
      await webhooks.deliveries.insert({
        webhookId,
        deliveryId,
        owner,
        eventId,
        type,
        payload: JSON.stringify(payload),
        status: "pending",
        attempts: 0,
        createdAt: now(),
        expiresAt: Math.floor(now() / 1000) + limits.webhookDeliveryDays * 86_400,
      });
      await deliveryQueue.send(messageOf({ owner, webhookId, deliveryId }));
    }
  };
}
