import { PermanentError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { DeliveryQueue, WebhookStore } from "../../contracts/ports/webhook-store.ts";
import type { DeliveryListView, DeliveryView } from "../../contracts/webhook-api.ts";
import { messageOf } from "../../contracts/webhook.ts";
import { findWebhook, type WebhookIds } from "./find-webhook.ts";
import { deliveryView } from "./webhook-view.ts";

export interface DeliveriesDependencies {
  readonly webhooks: WebhookStore;
  readonly deliveryQueue: Pick<DeliveryQueue, "send">;
}

/** The last deliveries of a webhook, newest first. */
export const listDeliveries =
  ({ webhooks }: Pick<DeliveriesDependencies, "webhooks">) =>
  async (ids: WebhookIds): Promise<DeliveryListView> => {
    const { webhookId } = await findWebhook(webhooks, ids);
    const deliveries = await webhooks.deliveries.list(webhookId, limits.webhookDeliveriesListed);
    return { deliveries: deliveries.map(deliveryView) };
  };

/** Sends an event again, under its old name and with all of its tries. */
export function redeliver({ webhooks, deliveryQueue }: DeliveriesDependencies) {
  return async (
    ids: WebhookIds & { readonly deliveryId?: string | undefined },
  ): Promise<DeliveryView> => {
    const { webhookId, disabledAt } = await findWebhook(webhooks, ids);
    const { deliveryId = "" } = ids;
    const delivery =
      deliveryId === "" ? undefined : await webhooks.deliveries.find(webhookId, deliveryId);
    if (!delivery) {
      throw new PermanentError("DELIVERY_NOT_FOUND", `There is no delivery ${deliveryId}.`);
    }
    if (disabledAt !== undefined) {
      throw new PermanentError("WEBHOOK_DISABLED", "Its receiver answered 410: gone.");
    }
    // One that is tried at this moment keeps what comes of it; the message is sent all the same, and finds that.
    await webhooks.deliveries.change(delivery, { status: "pending", attempts: 0 });
    await deliveryQueue.send(messageOf(delivery));
    return deliveryView((await webhooks.deliveries.find(webhookId, deliveryId)) ?? delivery);
  };
}
