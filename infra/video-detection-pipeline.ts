import { Annotations, CfnOutput, Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import type {
  ApiEnvironment,
  DeadLetterEnvironment,
  OnUploadEnvironment,
  SweepEnvironment,
} from "../contracts/environment.ts";
import { limits } from "../contracts/limits.ts";
import { timingFor } from "../contracts/timing.ts";
import { PipelineApi } from "./constructs/http-api.ts";
import { JobsTable } from "./constructs/jobs-table.ts";
import { MediaBucket } from "./constructs/media-bucket.ts";
import { Page } from "./constructs/page.ts";
import { PipelineFunction, visibilityFor } from "./constructs/pipeline-function.ts";
import { QueueWithDeadLetters } from "./constructs/queue-with-dead-letters.ts";
import { UploadEvents } from "./constructs/upload-events.ts";
import { WorkerTask } from "./constructs/worker-task.ts";
import { grantsFor } from "./grants.ts";
import type { Settings } from "./settings.ts";

/** One conditional write and one message for each of ten dead letters. */
const deadLetterSeconds = 10;

export interface VideoDetectionPipelineProps {
  readonly settings: Settings;
  /** Folders: a bundle for each function, the built page, what the worker's image is built from. */
  readonly code: {
    readonly functions: (name: string) => string;
    readonly page: string;
    readonly worker: string;
  };
}

/** The whole wiring: deployed as it is, and read by the local runner as it is. */
export class VideoDetectionPipeline extends Construct {
  constructor(scope: Construct, id: string, { settings, code }: VideoDetectionPipelineProps) {
    super(scope, id);
    const { leaseSeconds, heartbeatSeconds, removal } = settings;

    const { bucket } = new MediaBucket(this, "Media", { removal });
    const { table } = new JobsTable(this, "Jobs", { removal });
    const work = new QueueWithDeadLetters(this, "Work", {
      visibility: Duration.seconds(timingFor(leaseSeconds).visibilitySeconds),
      receivesMax: limits.workReceivesMax,
      deadLetterVisibility: visibilityFor(deadLetterSeconds),
    });

    const places = {
      JOBS_TABLE: table.tableName,
      MEDIA_BUCKET: bucket.bucketName,
      WORK_QUEUE_URL: work.queue.queueUrl,
    };
    const common = { ...places, POWERTOOLS_LOG_LEVEL: "INFO" };
    const lease = { LEASE_SECONDS: `${leaseSeconds}` };
    const heartbeat = { HEARTBEAT_SECONDS: `${heartbeatSeconds}` };

    const api = new PipelineFunction<typeof ApiEnvironment>(this, "ApiFunction", {
      code: code.functions("api"),
      description: "Answers every route of the API",
      environment: {
        ...common,
        ...lease,
        ...heartbeat,
        DEFAULT_OWNER: settings.defaultOwner,
        UPLOAD_BYTES_MAX: `${settings.uploadBytesMax}`,
      },
      // API Gateway gives up after 30 s. CPU comes with memory: 512 MB start cold in half the time of 128.
      timeoutSeconds: 29,
      memoryMebibytes: 512,
    });
    const onUpload = new PipelineFunction<typeof OnUploadEnvironment>(this, "OnUploadFunction", {
      code: code.functions("on-upload"),
      description: "Records and queues the job of an uploaded video",
      environment: { ...common, INBOX_PIPELINE: settings.inboxPipeline },
      timeoutSeconds: 30,
      memoryMebibytes: 256,
    });
    const sweep = new PipelineFunction<typeof SweepEnvironment>(this, "SweepFunction", {
      code: code.functions("sweep"),
      description: "Repairs what a crash left between two steps",
      environment: { ...common, ...lease },
      // Ends before the next one begins.
      timeoutSeconds: limits.sweepSeconds - 5,
      memoryMebibytes: 256,
    });
    const deadLetter = new PipelineFunction<typeof DeadLetterEnvironment>(
      this,
      "DeadLetterFunction",
      {
        code: code.functions("dead-letter"),
        description:
          "Turns dead work messages into a second try, then into failed jobs with a reason",
        environment: common,
        timeoutSeconds: deadLetterSeconds,
        memoryMebibytes: 256,
      },
    );
    const worker = new WorkerTask(this, "Worker", {
      source: code.worker,
      environment: {
        ...places,
        ...lease,
        ...heartbeat,
        REQUIRE: settings.require,
        SEGMENT_FRAMES: `${settings.segmentFrames}`,
        LOG_LEVEL: "INFO",
      },
    });

    new UploadEvents(this, "Uploads", { bucket, onUpload });
    deadLetter.readFrom(work.deadLetters);
    new Rule(this, "SweepSchedule", {
      schedule: Schedule.rate(Duration.seconds(limits.sweepSeconds)),
      targets: [new LambdaFunction(sweep.lambda)],
    });

    const grants = grantsFor({ bucket, table, work: work.queue });
    for (const [construct, statements] of [
      [api, grants.api],
      [onUpload, grants.onUpload],
      [sweep, grants.sweep],
      [deadLetter, grants.deadLetter],
      [worker, grants.worker],
    ] as const) {
      for (const statement of statements) construct.allow(statement);
    }

    const { api: httpApi } = new PipelineApi(this, "Api", { handler: api.lambda });
    new Page(this, "Page", {
      source: code.page,
      api: httpApi,
      media: bucket,
    });
    Annotations.of(this).addWarningV2(
      "framequeue:open-api",
      "The API has no authorizer yet: whoever knows its address can submit and read jobs. Deploy it where that is acceptable.",
    );

    this.#output("MediaBucketName", bucket.bucketName);
    this.#output("JobsTableName", table.tableName);
    this.#output("WorkQueueUrl", work.queue.queueUrl);
  }

  #output(name: string, value: string): void {
    new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}
