import { Duration, Stack } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import type { PipelineFunction } from "./pipeline-function.ts";
import { QueueWithDeadLetters } from "./secure-queue.ts";
import type { OnUploadEnvironment } from "../../contracts/environment.ts";

export interface UploadEventsProps {
  readonly bucket: Bucket;
  readonly onUpload: PipelineFunction<typeof OnUploadEnvironment>;
}

/** A new object under uploads/ or inbox/ → EventBridge → queue → on-upload Lambda. */
export class UploadEvents extends Construct {
  readonly queues: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, { bucket, onUpload }: UploadEventsProps) {
    super(scope, id);
    this.queues = new QueueWithDeadLetters(this, "UploadEvents", {
      // AWS asks for six times the function's timeout, so that its own retries fit.
      visibility: Duration.seconds(6 * onUpload.lambda.timeout!.toSeconds()),
      receivesMax: limits.eventReceivesMax,
    });

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
      targets: [new SqsQueue(this.queues.queue, { deadLetterQueue: this.queues.deadLetters })],
    });

    onUpload.lambda.addEventSource(
      new SqsEventSource(this.queues.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        maxConcurrency: 2,
      }),
    );
  }
}
