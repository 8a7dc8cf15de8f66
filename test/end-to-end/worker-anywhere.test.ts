import { execFile, spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, startSystem, type System, tableEnvironment } from "../support/system.ts";

let system: System;
let worker: ChildProcess | undefined;
let log = "";

/** The command as a person has it: with the running system's address and table, and no AWS of its own. */
const cli = (...words: readonly string[]) =>
  promisify(execFile)(process.execPath, ["cli/main.ts", ...words], {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ...tableEnvironment(system),
    },
  });

beforeAll(async () => {
  // No lease is to be lost on a busy machine: an attempt that was taken for dead is not measured.
  const context = { leaseSeconds: 30, heartbeatSeconds: 1, revokedWithinSeconds: 5 };
  system = await startSystem({ workers: 0, context });
  const { stdout } = await cli("worker", "token", "create", "notebook");
  worker = spawn(process.execPath, ["cli/main.ts", "worker", "run", "--gpus", "none"], {
    // One secret and nothing else: no region, no key, no address.
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      FRAMEQUEUE_WORKER: stdout.trim(),
      SCRATCH_DIRECTORY: join(system.state, "anywhere"),
      METRICS: "emf",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [worker.stdout!, worker.stderr!]) {
    stream.on("data", (text: Buffer) => (log += text.toString()));
  }
});
afterAll(async () => {
  if (worker?.exitCode === null) worker.kill("SIGTERM");
  await system?.stop();
});

test("a worker with one secret does a job that another process uploaded", async () => {
  const bytes = await readFile("models/pitch/sample.mp4");
  const jobId = await system.client.upload({ filename: "sample.mp4", bytes });
  const job = await system.client.ended(jobId);

  expect(job).toMatchObject({ status: "completed", error: null });
  expect(log).not.toContain("AccessDenied");
});

test("where it is asked to, its log tells CloudWatch how fast it was, and what set the pace", async () => {
  // The line comes after the job's end is written.
  const measured = await eventually(
    async () => {
      const lines = log.split("\n").filter((line) => /^\{"_aws".*\}$/.test(line));
      const values = lines.map((line) => JSON.parse(line) as Record<string, number>);
      return values.some((each) => each["JobSeconds"]) && values;
    },
    { withinSeconds: 60, what: "the job was measured" },
  );

  const frames = measured.map((line) => line["FramesAnalysed"] ?? 0);
  expect(frames.reduce((sum, each) => sum + each, 0)).toBe(600);
  const detecting = measured.filter((line) => line["FramesAnalysed"]);
  expect(detecting.length).toBeGreaterThan(0);
  for (const { FramesPerSecond, DecodePercent, InferPercent } of detecting) {
    expect(FramesPerSecond).toBeGreaterThan(0);
    expect(Math.max(DecodePercent!, InferPercent!)).toBeGreaterThan(50);
  }
});

test("revoked, it ends with one sentence, and another worker does the next job", async () => {
  await cli("worker", "token", "revoke", "notebook");
  const exitCode = await eventually(async () => worker!.exitCode ?? undefined, {
    withinSeconds: 200,
    what: "the worker has ended",
  });
  expect(exitCode).toBe(1);
  expect(log.match(/TOKEN_REVOKED/g)).toHaveLength(1);

  system.startWorker();
  const bytes = await readFile("models/pitch/sample.mp4");
  const job = await system.client.ended(
    await system.client.upload({ filename: "after.mp4", bytes }),
  );
  expect(job).toMatchObject({ status: "completed" });
}, 300_000);
