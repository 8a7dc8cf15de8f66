import type { WorkMessage } from "../message.ts";

export interface ReceivedMessage {
  readonly body: string;
  /** Good for one delivery; the next delivery has another. */
  readonly receipt: string;
  readonly receiveCount: number;
}

/** Hints that there is work. At least once, in no order, possibly never. */
export interface WorkQueue {
  /** Host and path of the queue: what two processes compare to know that they share it. */
  readonly queueId: string;
  /** The backlog of one owner does not hold up the others' work; undefined where it is not known whose it is. */
  send(message: WorkMessage, options: { owner: string | undefined }): Promise<void>;
  /** Waits up to `waitSeconds`; undefined when nothing came. An abort may strand a message for one visibility timeout. */
  receive(options: {
    waitSeconds: number;
    visibilitySeconds: number;
    signal?: AbortSignal;
  }): Promise<ReceivedMessage | undefined>;
  /** Hides the message for so long from now; 0 gives it back at once. */
  renew(receipt: string, visibilitySeconds: number): Promise<void>;
  acknowledge(receipt: string): Promise<void>;
  /** Approximate, as SQS counts. */
  depth(): Promise<{ visible: number; inFlight: number; delayed: number }>;
}

/** The identity of a queue by its URL, without the scheme. */
export const queueIdOf = (queueUrl: string): string => queueUrl.replace(/^https?:\/\//, "");
