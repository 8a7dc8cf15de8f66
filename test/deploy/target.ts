import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PutBucketNotificationConfigurationCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { pythonTool } from "../../scripts/python-tool.ts";
import { startServer } from "../conformance/start-server.ts";
import { anyCredentials } from "../conformance/target.ts";

const run = promisify(execFile);

const Outputs = z.object({
  FramequeueStorage: z.object({
    JobsTableName: z.string(),
    MediaBucketName: z.string(),
    WorkQueueUrl: z.url(),
    UploadEventsUrl: z.url(),
  }),
});
export type Deployed = z.infer<typeof Outputs>["FramequeueStorage"];

/** moto's server with CloudFormation, or why it is not here. */
export async function startMoto() {
  const tool = pythonTool({ program: "moto_server", requirement: "moto[all,server]==5.2.1" });
  if ("absent" in tool) return tool;
  return startServer(tool.path, (port) => ["-p", String(port)]);
}

/** The environment of processes that take moto for AWS. */
export const environmentAt = (url: string) => ({
  PATH: process.env["PATH"],
  HOME: process.env["HOME"],
  ...anyCredentials,
  AWS_ENDPOINT_URL: url,
});

/** `cdk deploy` of the storage and the queues; the stack's outputs. */
export async function deploy(url: string, folder: string): Promise<Deployed> {
  const outputs = join(folder, "outputs.json");
  await cdk(url, folder, [
    "deploy",
    "--require-approval",
    "never",
    "--method",
    "direct",
    "--outputs-file",
    outputs,
  ]);
  const { FramequeueStorage: said } = Outputs.parse(JSON.parse(await readFile(outputs, "utf8")));
  // CloudFormation's reference has AWS's host, and the SDK follows a queue's URL rather than its endpoint.
  const here = (queueUrl: string) => url + new URL(queueUrl).pathname;
  return {
    ...said,
    WorkQueueUrl: here(said.WorkQueueUrl),
    UploadEventsUrl: here(said.UploadEventsUrl),
  };
}

/** `cdk destroy` of all that. */
export const destroy = (url: string, folder: string): Promise<void> =>
  cdk(url, folder, ["destroy", "--force"]);

async function cdk(url: string, folder: string, words: readonly string[]): Promise<void> {
  const app = [process.execPath, "test/deploy/storage-app.ts"].join(" ");
  await run(
    "node_modules/.bin/cdk",
    [...words, "--app", app, "--output", join(folder, "cdk.out")],
    {
      env: environmentAt(url),
    },
  );
}

/** What the template says and moto's CloudFormation leaves out: the bucket tells EventBridge. */
export async function turnEventsOn(client: S3Client, bucket: string): Promise<void> {
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
}
