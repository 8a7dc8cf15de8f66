import { Webhook as Signer } from "standardwebhooks";
import type { DeliveryQueue, WebhookStore } from "../../contracts/ports/webhook-store.ts";
import type { Delivery, DeliveryMessage, Webhook } from "../../contracts/webhook.ts";
import { ComesBack } from "../comes-back.ts";
import type { Log } from "../log.ts";
import { afterAttempt } from "./after-attempt.ts";
import type { PostWebhook } from "./post-webhook.ts";

export interface AttemptDeliveryDependencies {
  readonly webhooks: WebhookStore;
  readonly deliveryQueue: Pick<DeliveryQueue, "hide">;
  readonly post: PostWebhook;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Tries a delivery once. One that is tried again leaves its message in the queue, hidden until then: neither a
 * crash nor a new version of this function loses it.
 */
export function deliveryAttempter(dependencies: AttemptDeliveryDependencies) {
  const { webhooks, deliveryQueue, post, log, now } = dependencies;

  async function comeBack(receipt: string, seconds: number): Promise<never> {
    await deliveryQueue.hide(receipt, seconds);
    throw new ComesBack(`It is tried again in ${Math.ceil(seconds)} s.`);
  }

  return async (message: DeliveryMessage, receipt: string): Promise<void> => {
    const { owner, webhook_id: webhookId, delivery_id: deliveryId } = message;
    const [webhook, delivery] = await Promise.all([
      webhooks.find(owner, webhookId),
      webhooks.deliveries.find(webhookId, deliveryId),
    ]);
    if (!webhook || webhook.disabledAt !== undefined || delivery?.status !== "pending") {
      log.info("A delivery is not needed any more.", { webhookId, deliveryId });
      return;
    }
    const early = ((delivery.nextAttemptAt ?? 0) - now()) / 1000;
    if (early > 0) await comeBack(receipt, early);

    const answer = await post(webhook.url, signed(webhook, delivery, now()));
    const { change, retryInSeconds, gone } = afterAttempt(delivery, answer, { now: now() });
    await webhooks.deliveries.change(delivery, change);
    log.info("A delivery was tried.", { webhookId, deliveryId, ...change });
    if (gone) await webhooks.disable(owner, webhookId, now());
    if (retryInSeconds !== undefined) await comeBack(receipt, retryInSeconds);
  };
}

/** The request as the Standard Webhooks specification has it; the time is the try's, so that an old one cannot be replayed. */
function signed({ secret }: Webhook, { eventId, payload }: Delivery, now: number) {
  const at = new Date(now);
  return {
    body: payload,
    headers: {
      "content-type": "application/json",
      "user-agent": "framequeue-webhooks",
      "webhook-id": eventId,
      "webhook-timestamp": `${Math.floor(now / 1000)}`,
      "webhook-signature": new Signer(secret).sign(eventId, at, payload),
    },
  };
}
