import {
  webhookSecret,
  webhookTypes,
  type Delivery,
  type Webhook,
} from "../../contracts/webhook.ts";

/** A webhook of `team` that wants to hear of everything; the test names what differs. */
export const aWebhook = (differences: Partial<Webhook> = {}): Webhook => ({
  webhookId: "wh_1",
  owner: "team",
  url: "https://hooks.example.com/ends",
  types: webhookTypes,
  secret: webhookSecret(new Uint8Array(32).fill(7)),
  createdAt: 1,
  ...differences,
});

/** A delivery to it that was not tried yet. */
export const aDelivery = (differences: Partial<Delivery> = {}): Delivery => ({
  webhookId: "wh_1",
  deliveryId: "1000000000001-job-1-completed",
  owner: "team",
  eventId: "job-1-completed",
  type: "job.completed",
  payload: '{"type":"job.completed"}',
  status: "pending",
  attempts: 0,
  createdAt: 1,
  expiresAt: 2_000_000_000,
  ...differences,
});
