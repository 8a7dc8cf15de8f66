// oxlint-disable no-new -- a construct adds itself to its scope
import { App, Aspects, BootstraplessSynthesizer, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import { CfnGlobalTable } from "aws-cdk-lib/aws-dynamodb";
import { LogBucket } from "../../infra/constructs/log-bucket.ts";
import { MediaBucket } from "../../infra/constructs/media-bucket.ts";
import { JobsTable } from "../../infra/constructs/jobs-table.ts";
import type { PipelineFunction } from "../../infra/constructs/pipeline-function.ts";
import { QueueWithDeadLetters } from "../../infra/constructs/queue-with-dead-letters.ts";
import { UploadEvents } from "../../infra/constructs/upload-events.ts";
import type { OnUploadEnvironment } from "../../contracts/environment.ts";
import { limits } from "../../contracts/limits.ts";
import { timingFor } from "../../contracts/timing.ts";

// The product's own storage and queues, without functions: those need Docker where AWS is a mock.
const app = new App();
const stack = new Stack(app, "FramequeueStorage", { synthesizer: new BootstraplessSynthesizer() });

const { bucket: logs } = new LogBucket(stack, "AccessLogs");
const { bucket } = new MediaBucket(stack, "Media", { removal: "destroy", logs });
const { table } = new JobsTable(stack, "Jobs", { removal: "destroy" });
const work = new QueueWithDeadLetters(stack, "Work", {
  visibility: Duration.seconds(timingFor(limits.leaseSeconds).visibilitySeconds),
  receivesMax: limits.workReceivesMax,
  deadLetterVisibility: Duration.minutes(1),
});

let uploadEventsUrl = "";
const readByTheTest = {
  lambda: { timeout: Duration.seconds(5) },
  readFrom(queue: { readonly queueUrl: string }) {
    uploadEventsUrl = queue.queueUrl;
  },
} as unknown as PipelineFunction<typeof OnUploadEnvironment>;
new UploadEvents(stack, "Uploads", { bucket, onUpload: readByTheTest });

// moto's CloudFormation knows no AWS::DynamoDB::GlobalTable, which is what CDK makes of a table of one region.
Aspects.of(stack).add({
  visit(node) {
    if (!(node instanceof CfnGlobalTable)) return;
    node.addOverride("Type", "AWS::DynamoDB::Table");
    node.addPropertyDeletionOverride("Replicas");
  },
});

for (const [name, value] of Object.entries({
  JobsTableName: table.tableName,
  MediaBucketName: bucket.bucketName,
  WorkQueueUrl: work.queue.queueUrl,
  UploadEventsUrl: uploadEventsUrl,
})) {
  new CfnOutput(stack, name, { value });
}
app.synth();
