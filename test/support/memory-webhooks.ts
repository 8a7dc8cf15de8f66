import type { UntakenEnd } from "../../contracts/untaken-end.ts";
import type { DeliveryMessage } from "../../contracts/webhook.ts";
import { webhookSecret } from "../../contracts/webhook.ts";
import type { ResolvePublic } from "../../functions/public-address.ts";
import { memoryWebhookStore } from "./memory-webhook-store.ts";

/** What the API and who delivers need for webhooks, in memory; names lead where the test says. */
export function memoryWebhooks() {
  const sent: DeliveryMessage[] = [];
  const untaken: UntakenEnd[] = [];
  const hidden: { receipt: string; seconds: number }[] = [];
  let webhooks = 0;
  return {
    webhooks: memoryWebhookStore(),
    deliveryQueue: {
      sent,
      untaken,
      hidden,
      async send(message: DeliveryMessage | UntakenEnd) {
        if (message.kind === "tell") untaken.push(message);
        else sent.push(message);
      },
      async hide(receipt: string, seconds: number) {
        hidden.push({ receipt, seconds });
      },
    },
    resolvePublic: (async () => ({ address: "93.184.215.14", family: 4 })) as ResolvePublic,
    newWebhook: () => ({
      webhookId: `wh_${++webhooks}`,
      secret: webhookSecret(new Uint8Array(32).fill(webhooks)),
    }),
  };
}
