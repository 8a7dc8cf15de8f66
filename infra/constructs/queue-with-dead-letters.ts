import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { limits } from "../../contracts/limits.ts";

export interface QueueWithDeadLettersProps {
  /** How long a received message stays hidden. */
  readonly visibility: Duration;
  /** Receives before a message becomes a dead letter. */
  readonly receivesMax: number;
  /** How long a dead letter stays hidden from whoever reads the dead letters next. */
  readonly deadLetterVisibility: Duration;
}

const secure: QueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  // The longest: a standard queue's dead letter keeps the age that it had.
  retentionPeriod: Duration.days(limits.queueRetentionDays),
};

/** A queue and what nobody could take from it. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    { visibility, receivesMax, deadLetterVisibility }: QueueWithDeadLettersProps,
  ) {
    super(scope, id);
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...secure,
      visibilityTimeout: deadLetterVisibility,
    });
    this.queue = new Queue(this, "Queue", {
      ...secure,
      visibilityTimeout: visibility,
      receiveMessageWaitTime: Duration.seconds(limits.longPollSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receivesMax },
    });
  }
}
