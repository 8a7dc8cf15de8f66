import * as z from "zod";
import { terminalStatuses } from "./work-row.ts";

/** The `type` of a webhook's payload: how a run of a job has ended. */
export const webhookTypes = terminalStatuses.map((status) => `job.${status}` as const);
export type WebhookType = (typeof webhookTypes)[number];

/** An address that an owner wants to hear of ends at. Times are epoch milliseconds. */
export interface Webhook {
  readonly webhookId: string;
  readonly owner: string;
  readonly url: string;
  readonly types: readonly WebhookType[];
  /** `whsec_…`: what signs, and therefore kept as it is. */
  readonly secret: string;
  readonly createdAt: number;
  /** Its receiver said that it is gone (410). */
  readonly disabledAt?: number;
}

/** One event on its way to one webhook. Times are epoch milliseconds. */
export interface Delivery {
  readonly webhookId: string;
  /** Sorts by when the run ended, and is the same however often the event is told. */
  readonly deliveryId: string;
  readonly owner: string;
  readonly eventId: string;
  readonly type: WebhookType;
  /** The body as it is signed and sent, each time the same. */
  readonly payload: string;
  readonly status: "pending" | "delivered" | "failed";
  /** Tries since it was made or redelivered. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly lastAttemptAt?: number;
  /** HTTP status of the last try; absent where there was no answer. */
  readonly lastStatus?: number;
  readonly lastError?: string;
  readonly nextAttemptAt?: number;
  /** Epoch seconds, for DynamoDB's time to live. */
  readonly expiresAt: number;
}

/** What became of one try. */
export type DeliveryChange = Pick<Delivery, "status" | "attempts"> &
  Partial<Pick<Delivery, "lastAttemptAt" | "lastStatus" | "lastError" | "nextAttemptAt">>;

/** A message of the queue of deliveries: one delivery to be tried. */
export const DeliveryMessage = z.strictObject({
  version: z.literal(1),
  kind: z.literal("deliver"),
  owner: z.string(),
  webhook_id: z.string(),
  delivery_id: z.string(),
});
export type DeliveryMessage = z.infer<typeof DeliveryMessage>;

/** The message of a delivery. */
export const messageOf = ({
  owner,
  webhookId,
  deliveryId,
}: Pick<Delivery, "owner" | "webhookId" | "deliveryId">): DeliveryMessage => ({
  version: 1,
  kind: "deliver",
  owner,
  webhook_id: webhookId,
  delivery_id: deliveryId,
});

/** Bytes of chance in a signing secret: the Standard Webhooks specification asks for 24 to 64. */
export const webhookSecretBytes = 32;

/** A signing secret as the Standard Webhooks specification spells it. */
export const webhookSecret = (bytes: Uint8Array): string =>
  `whsec_${Buffer.from(bytes).toString("base64")}`;
