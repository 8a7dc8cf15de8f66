import * as z from "zod";
import { limits } from "./limits.ts";
import { webhookTypes } from "./webhook.ts";

const Time = z.iso.datetime();
const Type = z.enum(webhookTypes);

/** Which address wants to hear of which ends; of all where it does not say. */
export const AddWebhookRequest = z
  .strictObject({
    url: z.string().min(1).max(limits.webhookUrlLengthMax),
    events: z.array(Type).min(1).optional(),
  })
  .meta({ id: "AddWebhookRequest" });
export type AddWebhookRequest = z.infer<typeof AddWebhookRequest>;

export const WebhookView = z
  .object({
    webhook_id: z.string(),
    url: z.string(),
    events: z.array(Type),
    created_at: Time,
    /** Since when nothing is sent, because its receiver answered 410. */
    disabled_at: Time.nullable(),
  })
  .meta({ id: "Webhook" });
export type WebhookView = z.infer<typeof WebhookView>;

/** The only answer that has the signing secret in it. */
export const AddWebhookResponse = WebhookView.extend({ secret: z.string() }).meta({
  id: "AddWebhookResponse",
});
export type AddWebhookResponse = z.infer<typeof AddWebhookResponse>;

export const WebhookListView = z
  .object({ webhooks: z.array(WebhookView) })
  .meta({ id: "WebhookList" });
export type WebhookListView = z.infer<typeof WebhookListView>;

export const DeliveryView = z
  .object({
    delivery_id: z.string(),
    event_id: z.string(),
    type: Type,
    status: z.enum(["pending", "delivered", "failed"]),
    attempts: z.int(),
    created_at: Time,
    last_attempt_at: Time.nullable(),
    /** HTTP status of the last try. */
    response_status: z.int().nullable(),
    error: z.string().nullable(),
    next_attempt_at: Time.nullable(),
  })
  .meta({ id: "Delivery" });
export type DeliveryView = z.infer<typeof DeliveryView>;

export const DeliveryListView = z
  .object({ deliveries: z.array(DeliveryView) })
  .meta({ id: "DeliveryList" });
export type DeliveryListView = z.infer<typeof DeliveryListView>;

/** What is sent to a webhook, beside the headers of the Standard Webhooks specification. */
export const WebhookPayload = z
  .object({
    type: Type,
    /** When the run ended. */
    timestamp: Time,
    data: z.object({
      job_id: z.string(),
      run: z.int(),
      status: z.string(),
      filename: z.string(),
      pipeline_id: z.string(),
      finished_at: Time,
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  })
  .meta({ id: "WebhookPayload" });
export type WebhookPayload = z.infer<typeof WebhookPayload>;
