import { expect, test } from "vitest";
import { keys } from "../../contracts/keys.ts";
import { JobId } from "../../contracts/job-id.ts";
import type { PublishedResult } from "../../contracts/job.ts";
import { deadLetter } from "../../functions/dead-letter/dead-letter.ts";
import { onUpload } from "../../functions/on-upload/on-upload.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { jsonLog } from "../../gpu-worker/log.ts";
import type { Stages } from "../../gpu-worker/process-work.ts";
import { workOnMessages } from "../../gpu-worker/work-on-messages.ts";
import { callApi } from "../support/call-api.ts";
import { anEngine } from "../support/engine.ts";
import { memorySystem } from "../support/memory-system.ts";
import { planMessage } from "../support/messages.ts";
import { anEmptySummary } from "../support/result-summary.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const body = { filename: "a.mp4", size_bytes: 1000, content_type: "video/mp4" };
const created = (key: string) =>
  JSON.stringify({ "detail-type": "Object Created", detail: { object: { key, size: 1000 } } });

/** All processes on one memory, and what they say in one list. */
function tracedSystem() {
  const lines: Record<string, unknown>[] = [];
  const say = (message: string, details: Record<string, unknown>) =>
    void lines.push({ message, ...details });
  const system = { ...memorySystem(), log: { info: say, warn: say, error: say } };
  const log = jsonLog({
    level: "DEBUG",
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    now: Date.now,
  });
  const stages: Stages = {
    cut: async () => ({ segments: [], engine: anEngine, partialAllowed: false }),
    async whole({ lease, log }): Promise<PublishedResult> {
      log("INFO", "detecting");
      const { run, fence } = lease;
      const manifestSha256 = "0".repeat(64);
      return { manifestKey: "results/x", manifestSha256, run, fence, summary: anEmptySummary };
    },
    part: () => Promise.reject(new Error("it has no segments")),
    join: () => Promise.reject(new Error("it has no segments")),
  };
  const worker = workOnMessages({
    ...system,
    stages,
    workerId: "w",
    monotonic: system.now,
    random: () => 0,
    newNonce: () => "nonce",
    shutdown: new AbortController().signal,
    log,
  });
  return { lines, system, worker, call: callApi(system) };
}

test("one trace id leads through every line about a job, from submit to publish", async () => {
  const { lines, system, worker, call } = tracedSystem();

  const submitted = await call("submitVideo", { body, headers: { traceparent } });
  const jobId = JobId.parse(submitted.body.job_id);
  system.bucket.store(keys.upload(jobId), Buffer.alloc(1000));
  await onUpload(system)(created(keys.upload(jobId)));
  await deadLetter(system)(JSON.stringify(planMessage(jobId, 1)), "letter-1");
  system.elapse(3600);
  await sweep(system)();
  for (let taken = 0; taken < 3; taken++) {
    const message = await system.queue.receive({ waitSeconds: 0, visibilitySeconds: 90 });
    if (message) await worker.handle(message, system.now());
  }
  system.elapse(8 * 3600);
  await deadLetter(system)(JSON.stringify(planMessage(jobId, 1)), "letter-2");

  const view = await call("getJob", { jobId });
  expect(view.body).toMatchObject({ status: "completed", trace_id: traceId });
  const about = lines.filter((line) => (line["jobId"] ?? line["job_id"]) === jobId);
  expect(about.map((line) => line["message"])).toEqual([
    "A job was submitted.",
    "An upload was taken in.",
    "A dead letter was sent anew.",
    "A job is swept.",
    "the job begins",
    "detecting",
    "the job is completed",
    "the message is dropped",
    "the message is dropped",
    "A dead letter was of no use any more.",
  ]);
  expect(new Set(about.map((line) => line["trace_id"]))).toEqual(new Set([traceId]));
});

test("a repeated submit leads to the job under the trace of the first", async () => {
  const { call } = tracedSystem();
  const again = { body, headers: { "idempotency-key": "k", traceparent } };
  const first = await call("submitVideo", again);
  const other = `00-${"1".repeat(32)}-b7ad6b7169203331-01`;

  await call("submitVideo", { body, headers: { ...again.headers, traceparent: other } });

  const view = await call("getJob", { jobId: first.body.job_id as string });
  expect(view.body.trace_id).toBe(traceId);
});

test("a file of the inbox gets a trace, too", async () => {
  const { lines, system } = tracedSystem();
  const key = `${keys.inbox}team/match.mp4`;
  system.bucket.store(key, Buffer.alloc(1000));

  await onUpload(system)(created(key));

  const [row] = system.jobs.rows.values();
  expect(row!.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(lines).toContainEqual(
    expect.objectContaining({ jobId: row!.jobId, trace_id: row!.traceId }),
  );
});

test("a problem names the trace of its request, the caller's or one of its own", async () => {
  const { call } = tracedSystem();
  const wrong = { body: { ...body, size_bytes: 0 } };

  const named = await call("submitVideo", { ...wrong, headers: { traceparent } });
  const own = await call("submitVideo", wrong);

  expect(named).toMatchObject({ status: 400, body: { trace_id: traceId } });
  expect(own.body.trace_id).toMatch(/^[0-9a-f]{32}$/);
  expect(own.body.trace_id).not.toBe(traceId);
});
