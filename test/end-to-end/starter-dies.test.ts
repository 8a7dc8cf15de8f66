import { spawn, type ChildProcess } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { workerSecretText } from "../../contracts/worker-secret.ts";
import { openKeyStore } from "../../aws/open-key-store.ts";
import { createAccessKey } from "../../cli/access-keys/create-access-key.ts";
import { killAll, parentOf, processesNaming } from "../support/notebook/processes-naming.ts";
import { eventually, startSystem, type System } from "../support/system.ts";

let system: System;
let starter: ChildProcess;
let workers: readonly number[] = [];

const alive = () => processesNaming("gpu-worker/main").filter((pid) => workers.includes(pid));

beforeAll(async () => {
  // One piece: it lasts long enough to be killed in.
  system = await startSystem({
    workers: 0,
    context: { leaseSeconds: 60, heartbeatSeconds: 1, segmentFrames: 1_000_000 },
  });
  const { running, state } = system;
  const keys = openKeyStore({
    table: running.worker_environment["JOBS_TABLE"]!,
    endpoint: running.aws_endpoint_url,
    region: running.region,
    credentials: {
      accessKeyId: running.access_key_id,
      secretAccessKey: running.secret_access_key,
    },
  });
  const made = await createAccessKey(
    keys,
    { kind: "worker", name: "box", owner: "team" },
    { now: Date.now },
  );
  // Two GPUs for all that the command sees: so it starts two workers.
  await writeFile(join(state, "nvidia-smi"), "#!/bin/sh\nprintf '0\\n1\\n'\n");
  await chmod(join(state, "nvidia-smi"), 0o755);
  starter = spawn(process.execPath, ["cli/main.ts", "worker", "run", "--gpus", "all"], {
    env: {
      PATH: [state, process.env["PATH"]].join(delimiter),
      HOME: process.env["HOME"],
      FRAMEQUEUE_WORKER: workerSecretText({ api: running.api_url, token: made.secret }),
      SCRATCH_DIRECTORY: join(state, "box"),
      DETECTOR_THREADS: "1",
    },
    stdio: "ignore",
  });
});
afterAll(async () => {
  starter?.kill("SIGKILL");
  killAll(alive(), "SIGKILL");
  await system?.stop();
});

test("workers whose starter is killed in mid-job hand over as on SIGTERM, all of them", async () => {
  const bytes = await readFile("models/pitch/sample.mp4");
  const jobId = await system.client.upload({ filename: "sample.mp4", bytes });
  await system.client.until(
    jobId,
    "frames are done",
    90,
    ({ progress }) => (progress?.frames_done ?? 0) > 0,
  );
  workers = processesNaming("gpu-worker/main").filter((pid) => parentOf(pid) === starter.pid);
  expect(workers).toHaveLength(2);

  starter.kill("SIGKILL");

  await eventually(async () => alive().length === 0, {
    withinSeconds: 30,
    what: "both workers have ended",
  });
  const { history } = await system.client.job(jobId);
  expect(history.map(({ event }) => event).slice(-2)).toEqual(["claimed", "released"]);
}, 180_000);
