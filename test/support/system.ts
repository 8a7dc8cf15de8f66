import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dynamoDbClient } from "../contracts/aws/endpoint.ts";
import type { RunningFacts } from "../../local/running-file.ts";
import { limits } from "../../contracts/limits.ts";
import { refusedCalls } from "./refused-calls.ts";
import type { JobView, ResultsView, SubmitVideoResponse } from "../../contracts/api.ts";
import { JobView as JobViewSchema, ResultsView as ResultsViewSchema } from "../../contracts/api.ts";

interface SystemOptions {
  readonly workers?: number;
  readonly stateDirectory?: string;
  /** CDK context: the lease is short, so that take-overs can be waited for. */
  readonly context?: Readonly<Record<string, string | number>>;
  /** The checkout that is started, if not the working directory. */
  readonly root?: string;
  /** Of `npm start`, after those that are here. */
  readonly startArguments?: readonly string[];
}

const killGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // It has ended already.
  }
};

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once("exit", resolve));
  }
};

/** Polls until `look` gives something, or throws with what was seen last. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false>,
  { withinSeconds, what }: { withinSeconds: number; what: string },
): Promise<T> {
  const deadline = performance.now() + withinSeconds * 1000;
  let lastError: unknown;
  while (performance.now() < deadline) {
    try {
      const seen = await look();
      if (seen) return seen;
    } catch (error) {
      lastError = error;
    }
    await sleep(150);
  }
  throw new Error(`Not within ${withinSeconds} s: ${what}`, { cause: lastError });
}

/** The whole system in processes of its own, as `npm start` runs it, in a state directory of its own. */
export async function startSystem({
  workers = 1,
  stateDirectory,
  context = { leaseSeconds: 4, heartbeatSeconds: 1 },
  root,
  startArguments = [],
}: SystemOptions = {}) {
  const state = stateDirectory ?? (await mkdtemp(join(tmpdir(), "framequeue-system-")));
  const contextArguments = Object.entries(context).flatMap(([key, value]) => [
    "--context",
    `${key}=${value}`,
  ]);

  const start = spawn(
    process.execPath,
    [
      "local/start.ts",
      "--no-sample",
      "--port",
      "0",
      "--aws-port",
      "0",
      "--state",
      state,
      "--workers",
      `${workers}`,
      ...contextArguments,
      ...startArguments,
    ],
    { stdio: ["ignore", "pipe", "pipe"], detached: true, ...(root !== undefined && { cwd: root }) },
  );
  const log = createWriteStream(join(state, "start.log"), { flags: "a" });
  start.stdout.pipe(log);
  start.stderr.pipe(log);

  const running = await eventually(
    async () => {
      if (start.exitCode !== null)
        throw new Error(`start ended: ${await readFile(join(state, "start.log"), "utf8")}`);
      if (!existsSync(join(state, "running.json"))) return undefined;
      const read = JSON.parse(await readFile(join(state, "running.json"), "utf8")) as RunningFacts;
      // A start before this one may have been killed and left its file.
      return read.processes.some(({ pid }) => pid === start.pid) ? read : undefined;
    },
    { withinSeconds: 90, what: `the system is up (${state}/start.log)` },
  );

  const extraWorkers: ChildProcess[] = [];

  return {
    state,
    running,
    start,
    client: apiClient(running),

    /** A worker of the test's own, with the task definition's environment and what the test changes of it; of another checkout, or behind other programs, where the test says so. */
    startWorker(
      changes: Readonly<Record<string, string>> = {},
      { root: itsRoot, prefix = [] }: { root?: string; prefix?: readonly string[] } = {},
    ) {
      const [program, ...args] = [...prefix, process.execPath, "gpu-worker/main.ts"];
      const child = spawn(program, args, {
        ...(itsRoot !== undefined && { cwd: itsRoot }),
        env: {
          PATH: process.env["PATH"],
          HOME: process.env["HOME"],
          ...running.worker_environment,
          SCRATCH_DIRECTORY: join(state, `scratch-${extraWorkers.length}`),
          ...changes,
        },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const workerLog = createWriteStream(join(state, `extra-worker-${extraWorkers.length}.log`));
      child.stdout.pipe(workerLog);
      child.stderr.pipe(workerLog);
      extraWorkers.push(child);
      return child;
    },

    /** Ends the test's workers and every job that one of them might have left. */
    async quiet() {
      for (const worker of extraWorkers) killGroup(worker, "SIGKILL");
      await Promise.all(extraWorkers.map(ended));
      const client = apiClient(running);
      const { jobs } = await client.call<{ jobs: JobView[] }>("GET", "/v1/jobs?limit=200");
      const open = jobs.filter(({ status }) =>
        ["awaiting_upload", "pending", "running"].includes(status),
      );
      for (const { job_id } of open) await client.call("DELETE", `/v1/jobs/${job_id}`);
    },

    /** SIGKILL for every process of the system at once. */
    async killAll() {
      const pids = JSON.parse(await readFile(join(state, "running.json"), "utf8")) as RunningFacts;
      for (const { pid } of pids.processes) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It has ended already.
        }
      }
      killGroup(start, "SIGKILL");
      for (const worker of extraWorkers) killGroup(worker, "SIGKILL");
      await ended(start);
    },

    /** Fails if a role lacked a right, though whoever was refused may have gone on. */
    async stop({ keepState = false } = {}) {
      for (const worker of extraWorkers) killGroup(worker, "SIGKILL");
      start.kill("SIGTERM");
      await Promise.race([ended(start), sleep(15_000)]);
      killGroup(start, "SIGKILL");
      await Promise.all(extraWorkers.map(ended));
      const refused = await refusedCalls(join(state, "logs"));
      if (!keepState) await rm(state, { recursive: true, force: true });
      assert.deepEqual(refused, [], "a role lacked a right");
    },
  };
}

/** What lets a command make keys in the system's table, as a person with rights in AWS has it. */
export const tableEnvironment = ({ running }: Pick<System, "running">) => ({
  FRAMEQUEUE_API: running.api_url,
  JOBS_TABLE: running.worker_environment["JOBS_TABLE"],
  AWS_ENDPOINT_URL: running.aws_endpoint_url,
  AWS_REGION: running.region,
  AWS_ACCESS_KEY_ID: running.access_key_id,
  AWS_SECRET_ACCESS_KEY: running.secret_access_key,
});

/** For what no route shows or does. */
export const tableClient = ({ running }: Pick<System, "running">) =>
  dynamoDbClient({
    url: running.aws_endpoint_url,
    region: running.region,
    accessKeyId: running.access_key_id,
    secretAccessKey: running.secret_access_key,
  });

export type System = Awaited<ReturnType<typeof startSystem>>;

export interface NamedBytes {
  readonly filename: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType?: string;
  readonly pipelineId?: string;
  readonly options?: object;
}

/** The API as a person with curl uses it: no code of the CLI or the page. */
export function apiClient({
  api_url: apiUrl,
  api_key: apiKey,
}: Pick<RunningFacts, "api_url" | "api_key">) {
  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(new URL(path, apiUrl), {
      method,
      headers: {
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  const client = {
    call,
    job: async (jobId: string): Promise<JobView> =>
      JobViewSchema.parse(await call("GET", `/v1/jobs/${jobId}`)),
    results: async (jobId: string): Promise<ResultsView> =>
      ResultsViewSchema.parse(await call("GET", `/v1/jobs/${jobId}/results`)),

    submit: ({
      filename,
      bytes,
      contentType = "video/mp4",
      pipelineId = "pitch",
      options = {},
    }: NamedBytes) =>
      call<SubmitVideoResponse>("POST", "/v1/video/submit", {
        filename,
        size_bytes: bytes.byteLength,
        content_type: contentType,
        pipeline_id: pipelineId,
        options,
      }),

    async put({ upload }: SubmitVideoResponse, bytes: Uint8Array<ArrayBuffer>) {
      if (bytes.byteLength >= limits.multipartBytesMin)
        throw new Error("One PUT is for small files.");
      const { url, headers } = upload.put!;
      const response = await fetch(url, { method: "PUT", headers, body: bytes });
      if (!response.ok) throw new Error(`PUT: ${response.status} ${await response.text()}`);
    },

    /** Submits and uploads; the job's id. */
    async upload(video: NamedBytes): Promise<string> {
      const submitted = await client.submit(video);
      await client.put(submitted, video.bytes);
      return submitted.job_id;
    },

    /** Waits until `matches` holds for the job. */
    until: (
      jobId: string,
      what: string,
      withinSeconds: number,
      matches: (job: JobView) => boolean,
    ) => {
      let last: JobView | undefined;
      return eventually(
        async () => {
          last = await client.job(jobId);
          return matches(last) ? last : undefined;
        },
        { withinSeconds, what },
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}; last seen: ${JSON.stringify(last, undefined, 1)}`, {
          cause: error,
        });
      });
    },

    ended: (jobId: string, withinSeconds = 90): Promise<JobView> =>
      client.until(jobId, "the job ends", withinSeconds, ({ status }) =>
        ["completed", "failed", "cancelled", "expired"].includes(status),
      ),
  };
  return client;
}
