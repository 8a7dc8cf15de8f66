import type { SQSClient } from "@aws-sdk/client-sqs";
import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

export interface Delivery {
  readonly queueArn: string;
  readonly receipt: string;
}

/**
 * What functions are working on, in a file. Lambda's own pollers never die; the process that stands in for
 * them may, and the next one hands back what it held instead of leaving it hidden for minutes.
 */
export interface Deliveries {
  begin(deliveries: readonly Delivery[]): void;
  end(deliveries: readonly Delivery[]): void;
  /** What the process before this one held when it died. */
  readonly left: readonly Delivery[];
}

/** Opens the file; a missing one means that nothing is held. */
export function openDeliveries(path: string): Deliveries {
  const left = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Delivery[]) : [];
  const held = new Map(left.map((delivery) => [delivery.receipt, delivery]));

  function save(): void {
    writeFileSync(`${path}.new`, JSON.stringify([...held.values()]));
    renameSync(`${path}.new`, path);
  }

  return {
    left,
    begin(deliveries) {
      for (const delivery of deliveries) held.set(delivery.receipt, delivery);
      save();
    },
    end(deliveries) {
      for (const { receipt } of deliveries) held.delete(receipt);
      save();
    },
  };
}

/** Makes what was left visible again, so that it is delivered anew. */
export async function handBack(
  deliveries: Deliveries,
  { sqs, queueUrl }: { sqs: SQSClient; queueUrl: (arn: string) => string },
): Promise<void> {
  for (const { queueArn, receipt } of deliveries.left) {
    await sqs
      .send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl(queueArn),
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        }),
      )
      // It is deleted or visible already, or comes back by itself.
      .catch(() => undefined);
  }
  deliveries.end(deliveries.left);
}
