import type { WebhookStore } from "../../contracts/ports/webhook-store.ts";
import type { Delivery, Webhook } from "../../contracts/webhook.ts";

/** The webhook store's second implementation. */
export function memoryWebhookStore(): WebhookStore {
  const webhooks = new Map<string, Webhook>();
  const deliveries = new Map<string, Delivery>();
  const nameOf = (...parts: string[]) => parts.join("/");

  return {
    async insert(webhook) {
      webhooks.set(nameOf(webhook.owner, webhook.webhookId), webhook);
    },
    find: async (owner, webhookId) => webhooks.get(nameOf(owner, webhookId)),
    list: async (owner) =>
      [...webhooks.values()]
        .filter((webhook) => webhook.owner === owner)
        .toSorted((a, b) => (a.webhookId < b.webhookId ? -1 : 1)),
    async remove(owner, webhookId) {
      webhooks.delete(nameOf(owner, webhookId));
    },
    async disable(owner, webhookId, disabledAt) {
      const webhook = webhooks.get(nameOf(owner, webhookId));
      if (webhook) webhooks.set(nameOf(owner, webhookId), { ...webhook, disabledAt });
    },
    deliveries: {
      async insert(delivery) {
        const name = nameOf(delivery.webhookId, delivery.deliveryId);
        if (deliveries.has(name)) return false;
        deliveries.set(name, delivery);
        return true;
      },
      find: async (webhookId, deliveryId) => deliveries.get(nameOf(webhookId, deliveryId)),
      list: async (webhookId, limit) =>
        [...deliveries.values()]
          .filter((delivery) => delivery.webhookId === webhookId)
          .toSorted((a, b) => (a.deliveryId > b.deliveryId ? -1 : 1))
          .slice(0, limit),
      async change(seen, change) {
        const name = nameOf(seen.webhookId, seen.deliveryId);
        const now = deliveries.get(name);
        if (now?.status !== seen.status || now.attempts !== seen.attempts) return false;
        const { lastAttemptAt: _at, lastStatus: _status, lastError: _error, ...kept } = now;
        const { nextAttemptAt: _next, ...rest } = kept;
        deliveries.set(name, { ...rest, ...change });
        return true;
      },
    },
  };
}
