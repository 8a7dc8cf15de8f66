import type { UntakenEnd } from "../untaken-end.ts";
import type { Delivery, DeliveryChange, DeliveryMessage, Webhook } from "../webhook.ts";

/** Where owners want to hear of ends. Reads are strongly consistent. */
export interface WebhookStore {
  insert(webhook: Webhook): Promise<void>;
  find(owner: string, webhookId: string): Promise<Webhook | undefined>;
  /** All of an owner, oldest first. */
  list(owner: string): Promise<readonly Webhook[]>;
  remove(owner: string, webhookId: string): Promise<void>;
  /** Nothing is delivered to it any more; no error where it is not there. */
  disable(owner: string, webhookId: string, at: number): Promise<void>;
  readonly deliveries: {
    /** False where it is there already: the event was told twice. */
    insert(delivery: Delivery): Promise<boolean>;
    find(webhookId: string, deliveryId: string): Promise<Delivery | undefined>;
    /** The last ones first. */
    list(webhookId: string, limit: number): Promise<readonly Delivery[]>;
    /** Notes a try; false where another one was noted since `seen` was read. Fields that are absent are removed. */
    change(seen: Delivery, change: DeliveryChange): Promise<boolean>;
  };
}

/** Deliveries that are to be tried, and ends that are to be told: at least once, in no order. */
export interface DeliveryQueue {
  send(message: DeliveryMessage | UntakenEnd): Promise<void>;
  /** Delivers a received message again after so many seconds, 12 hours at most. */
  hide(receipt: string, seconds: number): Promise<void>;
}
