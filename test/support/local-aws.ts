import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, vi } from "vitest";
import { awsClients, type AwsClients } from "../../aws/clients.ts";
import { openLocalAws, type LocalAws } from "../../local/aws/local-aws.ts";
import { tableDefinition } from "./table-definition.ts";

/** The local services for one test file, and the product's clients, which find them through the environment. */
export function useLocalAws() {
  let aws: LocalAws;
  let clients: AwsClients;
  let folder: string;
  let made = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "local-aws-"));
    aws = await openLocalAws({ stateDirectory: folder, port: 0 });
    vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
    vi.stubEnv("AWS_REGION", aws.region);
    vi.stubEnv("AWS_ACCESS_KEY_ID", aws.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", aws.secretAccessKey);
    clients = awsClients();
  });

  afterAll(async () => {
    for (const client of Object.values(clients)) client.destroy();
    vi.unstubAllEnvs();
    await aws.close();
    await rm(folder, { recursive: true });
  });

  return {
    clients: () => clients,
    newTable(): string {
      const name = `jobs-${made++}`;
      aws.dynamodb.createTable(tableDefinition(name));
      return name;
    },
    newQueue(): string {
      return aws.sqs.createQueue({ name: `work-${made++}` }).url;
    },
    newBucket(): string {
      const name = `media-${made++}`;
      aws.s3.createBucket({ name });
      return name;
    },
    elapse: async (seconds: number) => {
      await wait(seconds * 1000);
    },
  };
}
