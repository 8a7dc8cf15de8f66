import { Stack } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { OnUploadEnvironment } from "../../contracts/environment.ts";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import { visibilityFor, type PipelineFunction } from "./pipeline-function.ts";
import { QueueWithDeadLetters } from "./queue-with-dead-letters.ts";

export interface UploadEventsProps {
  readonly bucket: Bucket;
  readonly onUpload: PipelineFunction<typeof OnUploadEnvironment>;
}

/** A new object under uploads/ or inbox/ → EventBridge → queue → on-upload Lambda. */
export class UploadEvents extends Construct {
  /** Events that the function could not work on, and those that no queue took. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { bucket, onUpload }: UploadEventsProps) {
    super(scope, id);
    const visibility = visibilityFor(onUpload.lambda.timeout!.toSeconds());
    const { queue, deadLetters } = new QueueWithDeadLetters(this, "UploadEvents", {
      visibility,
      receivesMax: limits.eventReceivesMax,
      deadLetterVisibility: visibility,
    });

    this.deadLetters = deadLetters;

    new Rule(this, "ObjectCreated", {
      eventPattern: {
        source: ["aws.s3"],
        account: [Stack.of(this).account],
        detailType: ["Object Created"],
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: [{ prefix: keys.uploads }, { prefix: keys.inbox }] },
        },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });

    onUpload.readFrom(queue);
  }
}
