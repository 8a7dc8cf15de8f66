import type { AddWebhookRequest, AddWebhookResponse } from "../../contracts/webhook-api.ts";
import { webhookTypes } from "../../contracts/webhook.ts";

const at = "2026-01-01T00:00:00.000Z";

/** Webhooks of the fake system: each has one delivery, which failed. */
export class FakeWebhooks {
  readonly #webhooks = new Map<string, AddWebhookResponse>();

  /** What the route answers; undefined where there is no such webhook. */
  answer(name: string, webhookId: string, body: unknown): unknown {
    if (name === "addWebhook") return this.#add(body as AddWebhookRequest);
    if (name === "listWebhooks") return { webhooks: [...this.#webhooks.values()] };
    if (!this.#webhooks.has(webhookId)) return undefined;
    if (name === "removeWebhook") return this.#webhooks.delete(webhookId);
    return name === "redeliver" ? failed : { deliveries: [failed] };
  }

  #add({ url, events = [...webhookTypes] }: AddWebhookRequest): AddWebhookResponse {
    const webhook_id = `wh_${this.#webhooks.size + 1}`;
    const secret = `whsec_${Buffer.alloc(32).toString("base64")}`;
    const webhook = { webhook_id, url, events, created_at: at, disabled_at: null, secret };
    this.#webhooks.set(webhook_id, webhook);
    return webhook;
  }
}

const failed = {
  delivery_id: "1-e",
  event_id: "e",
  type: "job.failed",
  status: "failed",
  attempts: 8,
  created_at: at,
  last_attempt_at: at,
  response_status: 500,
  error: "the receiver answered 500",
  next_attempt_at: null,
} as const;
