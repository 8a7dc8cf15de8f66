import { CfnOutput, Duration, Lazy, Stack } from "aws-cdk-lib";
import type { IVpc } from "aws-cdk-lib/aws-ec2";
import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import { Platform } from "aws-cdk-lib/aws-ecr-assets";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import type {
  ApiEnvironment,
  AuthorizeEnvironment,
  DeadLetterEnvironment,
  DeliverWebhooksEnvironment,
  OnUploadEnvironment,
  SweepEnvironment,
} from "../contracts/environment.ts";
import { limits } from "../contracts/limits.ts";
import { timingFor } from "../contracts/timing.ts";
import { Budget } from "./constructs/budget.ts";
import { GpuWorkers } from "./constructs/gpu-workers.ts";
import { PipelineApi } from "./constructs/http-api.ts";
import { JobsTable } from "./constructs/jobs-table.ts";
import { LogBucket } from "./constructs/log-bucket.ts";
import { MediaBucket } from "./constructs/media-bucket.ts";
import { Operations } from "./constructs/operations.ts";
import { Page } from "./constructs/page.ts";
import { PipelineFunction, visibilityFor } from "./constructs/pipeline-function.ts";
import { QueueWithDeadLetters } from "./constructs/queue-with-dead-letters.ts";
import { UploadEvents } from "./constructs/upload-events.ts";
import { Webhooks } from "./constructs/webhooks.ts";
import { WorkerRole } from "./constructs/worker-role.ts";
import { grantsFor } from "./grants.ts";
import { type Code, packagedCode } from "./packaged-code.ts";
import { Settings } from "./settings.ts";

/** One conditional write and one message for each of ten dead letters. */
const deadLetterSeconds = 10;
/** A batch is tried at once, each try within its own limit; two reads and two writes are beside it. */
const deliverSeconds = limits.webhookAnswerSeconds + 15;

/** Every setting has a default: `new VideoDetectionPipeline(this, "Videos")` is a whole, closed system. One for a stack: its outputs have their plain names. */
export interface VideoDetectionPipelineProps extends Partial<Settings> {
  /** By default what the package carries. */
  readonly code?: Code;
  /** A network that is there already; otherwise one is made that costs nothing while nothing runs. */
  readonly vpc?: IVpc;
  /** The worker's image for linux/amd64, built elsewhere; otherwise it is built from `code.worker` when this is deployed. */
  readonly workerImage?: ContainerImage;
}

/** The whole wiring: deployed as it is, and read by the local runner as it is. */
export class VideoDetectionPipeline extends Construct {
  constructor(scope: Construct, id: string, props: VideoDetectionPipelineProps = {}) {
    super(scope, id);
    const { code = packagedCode(), vpc, workerImage, ...given } = props;
    const settings = Settings.parse(given);
    const { leaseSeconds, heartbeatSeconds, removal, compute } = settings;

    const { bucket: logs } = new LogBucket(this, "AccessLogs");
    const { bucket } = new MediaBucket(this, "Media", { removal, logs });
    const { table } = new JobsTable(this, "Jobs", { removal });
    const work = new QueueWithDeadLetters(this, "Work", {
      visibility: Duration.seconds(timingFor(leaseSeconds).visibilitySeconds),
      receivesMax: limits.workReceivesMax,
      deadLetterVisibility: visibilityFor(deadLetterSeconds),
    });
    const webhooks = new Webhooks(this, "Webhooks", {
      deliverSeconds,
      jobsTable: table.tableName,
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
        DELIVERY_QUEUE_URL: webhooks.queue.queueUrl,
        UPLOAD_BYTES_MAX: `${settings.uploadBytesMax}`,
        WORKER_ROLE_ARN: Lazy.string({ produce: () => workerRole.role.roleArn }),
        SEGMENT_FRAMES: `${settings.segmentFrames}`,
        REVOKED_WITHIN_SECONDS: `${settings.revokedWithinSeconds}`,
      },
      // API Gateway gives up after 30 s. CPU comes with memory: 512 MB start cold in half the time of 128.
      timeoutSeconds: 29,
      memoryMebibytes: 512,
    });
    const workerRole = new WorkerRole(this, "WorkerRole", { lender: api.role });
    const authorize = new PipelineFunction<typeof AuthorizeEnvironment>(this, "AuthorizeFunction", {
      code: code.functions("authorize"),
      description: "Says who is calling: looks API keys and worker tokens up",
      environment: {
        JOBS_TABLE: places.JOBS_TABLE,
        POWERTOOLS_LOG_LEVEL: common.POWERTOOLS_LOG_LEVEL,
      },
      // One read of one row; a request waits for it.
      timeoutSeconds: 10,
      memoryMebibytes: 256,
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
    const deliver = new PipelineFunction<typeof DeliverWebhooksEnvironment>(
      this,
      "DeliverWebhooksFunction",
      {
        code: code.functions("deliver-webhooks"),
        description: "Tells webhooks how jobs have ended",
        environment: {
          JOBS_TABLE: places.JOBS_TABLE,
          DELIVERY_QUEUE_URL: webhooks.queue.queueUrl,
          POWERTOOLS_LOG_LEVEL: common.POWERTOOLS_LOG_LEVEL,
        },
        timeoutSeconds: deliverSeconds,
        memoryMebibytes: 256,
      },
    );
    const grants = grantsFor({
      bucket,
      table,
      work: work.queue,
      deliveries: webhooks.queue,
      defaultBusArn: Stack.of(this).formatArn({
        service: "events",
        resource: "event-bus",
        resourceName: "default",
      }),
    });
    const gpuWorkers =
      compute === "none"
        ? undefined
        : new GpuWorkers(this, "Workers", {
            settings: { ...settings, compute },
            image:
              workerImage ??
              ContainerImage.fromAsset(code.worker, {
                file: "gpu-worker/Dockerfile",
                // Of the instances, whatever machine deploys.
                platform: Platform.LINUX_AMD64,
              }),
            environment: {
              ...places,
              ...lease,
              ...heartbeat,
              REQUIRE: settings.require,
              SANDBOX: "auto",
              SEGMENT_FRAMES: `${settings.segmentFrames}`,
              LOG_LEVEL: "INFO",
            },
            scaler: { code: code.functions("scale"), rows: grants.scale },
            vpc,
            logs,
          });

    const uploads = new UploadEvents(this, "Uploads", { bucket, onUpload });
    deadLetter.readFrom(work.deadLetters);
    deliver.readFrom(webhooks.queue);
    new Rule(this, "SweepSchedule", {
      schedule: Schedule.rate(Duration.seconds(limits.sweepSeconds)),
      targets: [new LambdaFunction(sweep.lambda)],
    });

    for (const [construct, statements] of [
      [api, grants.api],
      [authorize, grants.authorize],
      [onUpload, grants.onUpload],
      [sweep, grants.sweep],
      [deadLetter, grants.deadLetter],
      [deliver, grants.deliverWebhooks],
      [gpuWorkers?.worker, grants.worker],
      [workerRole, grants.worker],
    ] as const) {
      for (const statement of statements) construct?.allow(statement);
    }

    api.allow({ actions: ["sts:AssumeRole"], resources: [workerRole.role.roleArn] });

    const gateway = new PipelineApi(this, "Api", {
      handler: api.lambda,
      authorize: authorize.lambda,
      settings,
      pageUrl: Lazy.string({ produce: () => `${page.url}/` }),
    });
    const page: Page = new Page(this, "Page", {
      source: code.page,
      api: gateway.api,
      login: gateway.login,
      media: bucket,
      logs,
      settings,
    });
    const scaler = gpuWorkers ? [gpuWorkers.scaler.function] : [];
    const functions = [api, authorize, onUpload, sweep, deadLetter, deliver, ...scaler].map(
      ({ lambda }) => lambda,
    );
    new Operations(this, "Operations", {
      work,
      unreadDeadLetters: {
        UploadEvents: uploads.deadLetters,
        WebhookDeliveries: webhooks.deadLetters,
      },
      functions,
      sweep: sweep.lambda,
      api: gateway.api,
      hasFleet: gpuWorkers !== undefined,
      email: settings.alarmEmail,
    });
    if (settings.monthlyBudgetUsd !== undefined) {
      if (!settings.alarmEmail) throw new Error("monthlyBudgetUsd needs alarmEmail: who is told.");
      new Budget(this, "Budget", {
        monthlyUsd: settings.monthlyBudgetUsd,
        email: settings.alarmEmail,
      });
    }

    this.#output("MediaBucketName", bucket.bucketName);
    this.#output("JobsTableName", table.tableName);
    this.#output("WorkQueueUrl", work.queue.queueUrl);
  }

  #output(name: string, value: string): void {
    new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}
