import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { eventTypes } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { ownEvents } from "../own-events.ts";
import { visibilityFor } from "./pipeline-function.ts";
import { QueueWithDeadLetters } from "./queue-with-dead-letters.ts";

export interface WebhooksProps {
  /** How long whoever delivers may take for a batch. */
  readonly deliverSeconds: number;
  /** The table's name, by which the deployment's events are known. */
  readonly jobsTable: string;
}

/** Each end of a run → EventBridge → the queue of deliveries, where each delivery then waits for its tries, too. */
export class Webhooks extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { deliverSeconds, jobsTable }: WebhooksProps) {
    super(scope, id);
    const visibility = visibilityFor(deliverSeconds);
    const { queue, deadLetters } = new QueueWithDeadLetters(this, "Deliveries", {
      visibility,
      receivesMax: limits.webhookReceivesMax,
      deadLetterVisibility: visibility,
    });
    this.queue = queue;
    this.deadLetters = deadLetters;

    new Rule(this, "JobEnded", {
      eventPattern: ownEvents(eventTypes.jobEnded, jobsTable),
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }
}
