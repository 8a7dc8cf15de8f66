import { PermanentError } from "../../contracts/errors.ts";
import type { WebhookStore } from "../../contracts/ports/webhook-store.ts";
import type { Webhook } from "../../contracts/webhook.ts";

export interface WebhookIds {
  readonly owner: string;
  readonly webhookId?: string | undefined;
}

/** The caller's webhook. Another's looks like none. */
export async function findWebhook(
  webhooks: Pick<WebhookStore, "find">,
  { owner, webhookId = "" }: WebhookIds,
): Promise<Webhook> {
  const webhook = webhookId === "" ? undefined : await webhooks.find(owner, webhookId);
  if (webhook) return webhook;
  throw new PermanentError("WEBHOOK_NOT_FOUND", `There is no webhook ${webhookId}.`);
}
