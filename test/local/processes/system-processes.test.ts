import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test, vi } from "vitest";
import type { RunningFacts } from "../../../local/running-file.ts";
import { temporaryDirectory } from "../support/fixture-app.ts";

const fixture = resolve(import.meta.dirname, "../../fixtures/local/start-fixture.ts");
// Five processes start and end, on whatever else the machine is doing.
const waiting = { timeout: 30_000, interval: 50 };
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function stateDirectory(): string {
  const directory = temporaryDirectory();
  cleanups.push(() => directory[Symbol.dispose]());
  return directory.path;
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Starts the fixture's system as a process of its own and waits until it is up. */
async function start(state: string, ...options: string[]) {
  const child: ChildProcess = spawn(process.execPath, [fixture, state, ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (output += text));
  const read = () => JSON.parse(readFileSync(join(state, "running.json"), "utf8")) as RunningFacts;
  const up = () => existsSync(join(state, "running.json")) && pidOf("start") === child.pid;
  const pidOf = (name: string) => read().processes.find((each) => each.name === name)!.pid;

  await expect.poll(up, waiting).toBe(true);
  const running = read();
  cleanups.push(async () => {
    const pids = running.processes.map(({ pid }) => pid);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await expect.poll(() => pids.filter(alive), waiting).toEqual([]);
  });
  const credentials = {
    accessKeyId: running.access_key_id,
    secretAccessKey: running.secret_access_key,
  };
  const client = { endpoint: running.aws_endpoint_url, region: running.region, credentials };
  return { child, running, pidOf, client, output: () => output };
}

const echo = async ({ running }: { running: RunningFacts }) => {
  const response = await fetch(`${running.page_url}/v1/echo/me`, { method: "POST" });
  return (await response.json()) as { calls: number; greeting: string };
};

test("each part is a process of its own, and running.json tells where everything is", async () => {
  const system = await start(stateDirectory(), "--workers", "2", "--context", "greeting=hi");
  const { processes, worker_environment, outputs, aws_endpoint_url, page_url } = system.running;

  expect(processes.map(({ name }) => name)).toEqual([
    "start",
    "aws",
    "functions",
    "worker-1",
    "worker-2",
  ]);
  expect(new Set(processes.map(({ pid }) => pid)).size).toBe(5);
  expect(worker_environment).toMatchObject({
    WORK_QUEUE_URL: `${aws_endpoint_url}/000000000000/Fixture-Events`,
    AWS_ENDPOINT_URL: aws_endpoint_url,
  });
  expect(outputs).toEqual({ Page: page_url });
  expect(await echo(system)).toMatchObject({ calls: 1, greeting: "hi" });
});

test("no worker where none is asked for", async () => {
  const { running } = await start(stateDirectory(), "--workers", "0");

  expect(running.processes.map(({ name }) => name)).toEqual(["start", "aws", "functions"]);
});

test("a killed process comes back at the same address, and running.json knows its new number", async () => {
  const system = await start(stateDirectory());

  for (const name of ["aws", "functions", "worker-1"]) {
    const before = system.pidOf(name);
    process.kill(before, "SIGKILL");
    await expect.poll(() => system.pidOf(name), waiting).not.toBe(before);
    await expect.poll(() => alive(system.pidOf(name)), waiting).toBe(true);
  }

  await expect.poll(() => echo(system).catch(() => undefined), waiting).toMatchObject({ calls: 1 });
  expect(system.output().match(/"cause":"SIGKILL"/g)).toHaveLength(3);
});

test("no process outlives a parent that was killed, and the state is there for the next start", async () => {
  const state = stateDirectory();
  const first = await start(state);
  const pids = first.running.processes.map(({ pid }) => pid);
  await new S3Client(first.client).send(
    new PutObjectCommand({ Bucket: "fixture-bucket", Key: "a", Body: "kept" }),
  );

  first.child.kill("SIGKILL");

  await expect.poll(() => pids.filter(alive), waiting).toEqual([]);
  expect(readFileSync(join(state, "logs/worker-1.log"), "utf8")).toContain("handed back");
  const second = await start(state);
  const { Attributes } = await new SQSClient(second.client).send(
    new GetQueueAttributesCommand({
      QueueUrl: `${second.running.aws_endpoint_url}/000000000000/Fixture-Events`,
      AttributeNames: ["ApproximateNumberOfMessages"],
    }),
  );
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: "1" });
});

test("a stop lets the worker hand back, ends every process and leaves no running.json", async () => {
  const state = stateDirectory();
  const { child, running } = await start(state);

  child.kill("SIGTERM");
  const [code] = (await once(child, "exit")) as [number | null];

  expect(code).toBe(0);
  expect(running.processes.filter(({ pid }) => alive(pid))).toEqual([]);
  expect(existsSync(join(state, "running.json"))).toBe(false);
  expect(readFileSync(join(state, "logs/worker-1.log"), "utf8")).toContain("handed back");
});
