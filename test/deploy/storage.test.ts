import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { awsClients, eventBridgeClient, type AwsClients } from "../../aws/clients.ts";
import { dynamodbIdempotencyStore } from "../../aws/dynamodb-idempotency-store.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { dynamodbScalerStore } from "../../aws/dynamodb-scaler-store.ts";
import { dynamodbWorkerRegistry } from "../../aws/dynamodb-worker-registry.ts";
import { eventbridgeEventBus } from "../../aws/eventbridge-event-bus.ts";
import { s3MediaBucket } from "../../aws/s3-media-bucket.ts";
import { s3MediaSigner } from "../../aws/s3-media-signer.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { ResultManifest } from "../../contracts/artifact.ts";
import { JobId, newJobId } from "../../contracts/job-id.ts";
import { limits } from "../../contracts/limits.ts";
import { aliveSecondsFor, timingFor } from "../../contracts/timing.ts";
import { behaviours } from "../../functions/api/behaviours.ts";
import { onUpload } from "../../functions/on-upload/on-upload.ts";
import { collectedLog } from "../support/collected-log.ts";
import { memorySystem } from "../support/memory-system.ts";
import { eventually } from "../support/system.ts";
import type { Deployed } from "./target.ts";
import { deploy, destroy, environmentAt, startMoto, turnEventsOn } from "./target.ts";

const owner = "team";
const moto = await startMoto();
const absent = "absent" in moto ? moto.absent : undefined;
if (absent !== undefined) console.log(`skipped  cdk deploy against moto: ${absent}`);

let folder: string;
let clients: AwsClients;
let deployed: Deployed;

beforeAll(async () => {
  if ("absent" in moto) return;
  folder = await mkdtemp(join(tmpdir(), "framequeue-deploy-"));
  for (const [name, value] of Object.entries(environmentAt(moto.url))) {
    if (value !== undefined) vi.stubEnv(name, value);
  }
  clients = awsClients();
  deployed = await deploy(moto.url, folder);
  await turnEventsOn(clients.s3, deployed.MediaBucketName);
});

afterAll(async () => {
  if ("absent" in moto) return;
  for (const client of Object.values(clients)) client.destroy();
  await moto.close();
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

/** The product's behaviours on what was deployed: functions in this process, because moto runs them in Docker only. */
function functionsHere() {
  const table = { client: clients.dynamodb, table: deployed.JobsTableName };
  const media = { client: clients.s3, bucket: deployed.MediaBucketName };
  const ports = {
    // What a video's way does not touch: webhooks, keys, workers elsewhere.
    ...memorySystem(Date.now()),
    jobs: dynamodbJobStore(table),
    scaler: dynamodbScalerStore(table),
    events: eventbridgeEventBus({
      client: eventBridgeClient(),
      deployment: deployed.JobsTableName,
    }),
    workers: dynamodbWorkerRegistry(table),
    idempotency: dynamodbIdempotencyStore(table),
    bucket: s3MediaBucket(media),
    signer: s3MediaSigner({ ...media, now: Date.now }),
    queue: sqsWorkQueue({
      client: clients.sqs,
      longPoll: clients.longPoll,
      queueUrl: deployed.WorkQueueUrl,
    }),
    uploadBytesMax: limits.uploadBytesMax,
    inboxPipeline: "pitch",
    timing: timingFor(limits.leaseSeconds),
    aliveSeconds: aliveSecondsFor(limits.heartbeatSeconds),
    log: collectedLog(),
    newJobId: () => newJobId(Date.now()),
    now: Date.now,
  };
  return { api: behaviours(ports), takeIn: onUpload(ports) };
}

/** Takes one message from the queue of upload events, as Lambda would. */
async function nextUploadEvent(takeIn: (body: string) => Promise<void>): Promise<boolean> {
  const queue = { QueueUrl: deployed.UploadEventsUrl };
  const { Messages: [message] = [] } = await clients.longPoll.send(
    new ReceiveMessageCommand({ ...queue, WaitTimeSeconds: 1 }),
  );
  if (!message) return false;
  await takeIn(message.Body!);
  await clients.sqs.send(
    new DeleteMessageCommand({ ...queue, ReceiptHandle: message.ReceiptHandle }),
  );
  return true;
}

function startWorker(url: string) {
  const child = spawn(process.execPath, ["gpu-worker/main.ts"], {
    env: {
      ...environmentAt(url),
      JOBS_TABLE: deployed.JobsTableName,
      MEDIA_BUCKET: deployed.MediaBucketName,
      WORK_QUEUE_URL: deployed.WorkQueueUrl,
      SCRATCH_DIRECTORY: join(folder, "scratch"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(join(folder, "worker.log"));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return child;
}

test.skipIf(absent)(
  "a video that is put into the deployed bucket is found by a real worker in the deployed queue, and its result is there",
  async () => {
    if ("absent" in moto) return;
    const { api, takeIn } = functionsHere();
    const video = await readFile("models/pitch/sample.mp4");
    const request = { filename: "sample.mp4", size_bytes: video.length, content_type: "video/mp4" };
    const { job_id, upload } = await api.submitVideo({
      owner,
      jobId: undefined,
      query: undefined,
      body: { ...request, pipeline_id: "pitch", options: {} },
      idempotencyKey: undefined,
    });
    const jobId = JobId.parse(job_id);

    const { status } = await fetch(upload.put!.url, {
      method: "PUT",
      headers: upload.put!.headers,
      body: video,
    });
    expect(status).toBe(200);
    await eventually(() => nextUploadEvent(takeIn), {
      withinSeconds: 20,
      what: "the bucket's event comes through the rule to the queue",
    });

    const worker = startWorker(moto.url);
    const find = { owner, jobId, query: undefined, body: undefined, idempotencyKey: undefined };
    try {
      const job = await eventually(
        async () => {
          const job = await api.getJob(find);
          return (job.status === "completed" || job.status === "failed") && job;
        },
        { withinSeconds: 300, what: `the job ends (${folder}/worker.log)` },
      );
      expect(job).toMatchObject({ status: "completed", attempts: { used: 1 } });
    } finally {
      worker.kill("SIGTERM");
    }

    const results = await api.getResults(find);
    const manifest: unknown = await (await fetch(results.manifest.url)).json();
    expect(ResultManifest.parse(manifest).job_id).toBe(jobId);
    expect(results.summary.frames_analysed).toBeGreaterThan(100);
  },
  360_000,
);

test.skipIf(absent)(
  "cdk destroy takes the stack away",
  async () => {
    if ("absent" in moto) return;
    await destroy(moto.url, folder);

    const cloudFormation = new CloudFormationClient();
    await expect(
      cloudFormation.send(new DescribeStacksCommand({ StackName: "FramequeueStorage" })),
    ).rejects.toThrow(/does not exist/);
  },
  60_000,
);
