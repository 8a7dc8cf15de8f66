import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECSClient } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ecsFleet } from "../../../aws/ecs-fleet.ts";
import { openLocalAws, type LocalAws } from "../../../local/aws/local-aws.ts";

let folder: string;
let aws: LocalAws;
let client: ECSClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "framequeue-test-"));
  aws = await openLocalAws({ stateDirectory: folder, port: 0 });
  const { url: endpoint, region, accessKeyId, secretAccessKey } = aws;
  client = new ECSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
});
afterAll(async () => {
  client.destroy();
  await aws.close();
  await rm(folder, { recursive: true });
});

test("the scaler finds a cluster without tasks, and none that can be started", async () => {
  const fleet = ecsFleet({
    client,
    clusterArn: "cluster",
    taskDefinitionArn: "task",
    capacityProvider: "gpus",
    idleExitSeconds: 60,
    now: Date.now,
  });

  expect(await fleet.view()).toEqual({ starting: 0, running: 0, failures: { count: 0 } });
  expect(await fleet.start(2, "t-1")).toBe(0);
});

test("a wrong key is refused, as everywhere", async () => {
  const { url: endpoint, region, accessKeyId } = aws;
  const credentials = { accessKeyId, secretAccessKey: "guessed" };
  const stranger = new ECSClient({ endpoint, region, credentials, maxAttempts: 1 });
  const fleet = ecsFleet({
    client: stranger,
    clusterArn: "cluster",
    taskDefinitionArn: "task",
    capacityProvider: "gpus",
    idleExitSeconds: 60,
    now: Date.now,
  });

  await expect(fleet.view()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});
