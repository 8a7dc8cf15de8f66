import { describe, expect, test } from "vitest";
import { newJobId } from "../../../contracts/job-id.ts";
import { keys } from "../../../contracts/keys.ts";
import type { JobRow } from "../../../contracts/job.ts";
import { aDetectingJob, aPart, aSegmentRow } from "../../support/segment-row.ts";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";
import { aWorkerRow } from "../../support/worker-row.ts";

const start = Date.UTC(2026, 0, 1);
const waiting = (waitingSince: number): Partial<JobRow> => ({
  status: "pending",
  waitingQueue: "WAITING",
  waitingSince,
});

async function systemWith(...rows: JobRow[]) {
  const system = memorySystem(start);
  for (const row of rows) await system.jobs.insert(row);
  return { ...system, call: callApi(system), system };
}

describe("one job", () => {
  test("of several segments is shown with all of their frames, and with what went wrong in any of them", async () => {
    const progress = { stage: "detect", framesDone: 0, framesTotal: 30, updatedAt: start } as const;
    const { call, system } = await systemWith(
      aDetectingJob({ progress, endedSegments: new Set([0]) }),
    );
    const expired = {
      at: start,
      event: "lease_expired",
      run: 1,
      fence: 1,
      workerId: "w1",
    } as const;
    for (const row of [
      aSegmentRow({ index: 0, status: "completed", fence: 1, part: aPart() }),
      aSegmentRow({
        index: 1,
        status: "running",
        fence: 2,
        progress: { stage: "detect", framesDone: 4, framesPerSecond: 2, updatedAt: start + 500 },
        history: [expired],
      }),
      aSegmentRow({ index: 2 }),
    ]) {
      await system.jobs.segments.insert(row);
    }

    const { body } = await call("getJob", { jobId: aJobId });
    const list = await call("listJobs", { query: { limit: "10" } });

    expect(body).toMatchObject({
      segments: { total: 3, ended: 1 },
      progress: { frames_done: 14, frames_total: 30, frames_per_second: 2, seconds_left: 8 },
      history: [{ event: "lease_expired", segment: 1, worker_id: "w1" }],
    });
    expect(list.body.jobs[0]).toMatchObject({
      segments: { total: 3, ended: 1 },
      progress: { frames_done: 10, frames_total: 30 },
    });
  });

  test("of several segments says of itself what they wait for; in a list nobody reads them", async () => {
    const { call, system, workers } = await systemWith(aDetectingJob());
    await workers.beat(aWorkerRow({ heartbeatAt: start, queueId: system.queue.queueId }));
    const notBefore = start + 30_000;
    await system.jobs.segments.insert(aSegmentRow({ attempts: 1, notBefore }));

    const { body } = await call("getJob", { jobId: aJobId });
    const list = await call("listJobs", { query: { limit: "10" } });

    expect(body.blocked_reason).toMatchObject({
      code: "RETRY_BACKOFF",
      until: new Date(notBefore).toISOString(),
    });
    expect(list.body.jobs[0].blocked_reason).toMatchObject({ code: "QUEUED_BEHIND" });
  });

  test("is shown with progress, attempts, worker and history", async () => {
    const { call, workers } = await systemWith(
      aJobRow({
        status: "running",
        attempts: 1,
        workerId: "w1",
        leaseUntil: start + 60_000,
        progress: {
          stage: "detect",
          framesDone: 250,
          framesTotal: 1000,
          framesPerSecond: 50,
          updatedAt: start,
        },
        history: [{ at: start, event: "claimed", run: 1, fence: 1, workerId: "w1" }],
      }),
    );
    await workers.beat(aWorkerRow({ heartbeatAt: start }));

    const { body } = await call("getJob", { jobId: aJobId });

    expect(body).toMatchObject({
      status: "running",
      worker_id: "w1",
      blocked_reason: null,
      attempts: { used: 1, max: 4, interruptions: 0 },
      progress: { fraction: 0.25, frames_done: 250, seconds_left: 15 },
      history: [{ event: "claimed", worker_id: "w1", at: "2026-01-01T00:00:00.000Z" }],
    });
  });

  test("has no fraction while the number of frames is unknown", async () => {
    const progress = { stage: "detect", framesDone: 250, updatedAt: start } as const;
    const { call } = await systemWith(aJobRow({ status: "running", progress }));

    const { body } = await call("getJob", { jobId: aJobId });

    expect(body.progress).toMatchObject({ fraction: null, frames_total: null, seconds_left: null });
  });

  test("that failed says why, what to do and where that is explained", async () => {
    const error = { code: "NOT_A_VIDEO", message: "moov atom not found" } as const;
    const { call } = await systemWith(aJobRow({ status: "failed", error }));

    const { body } = await call("getJob", { jobId: aJobId });

    expect(body.error).toMatchObject({ ...error, title: expect.any(String) as string });
    expect(body.error.docs).toMatch(/#not_a_video$/);
  });

  test("that is tried again has no error yet; its reason to wait has it", async () => {
    const error = { code: "DECODE_STALLED", message: "no frame" } as const;
    const { call } = await systemWith(
      aJobRow({ ...waiting(start), error, notBefore: start + 30_000 }),
    );

    const { body } = await call("getJob", { jobId: aJobId });

    expect(body.error).toBeNull();
    expect(body.blocked_reason).toMatchObject({ code: "RETRY_BACKOFF" });
    expect(body.blocked_reason.message).toContain("no frame");
  });

  test("knows exactly how many wait in front of it", async () => {
    const { call, workers, queue } = await systemWith(
      aJobRow({ ...waiting(start - 100) }),
      ...[1, 2, 3].map((n) =>
        aJobRow({ jobId: newJobId(n), owner: "others", ...waiting(start - 100 - n) }),
      ),
      aJobRow({ jobId: newJobId(9), ...waiting(start) }),
    );
    await workers.beat(
      aWorkerRow({ state: "working", heartbeatAt: start, queueId: queue.queueId }),
    );

    const { body } = await call("getJob", { jobId: aJobId });

    expect(body.blocked_reason).toMatchObject({ code: "QUEUED_BEHIND", jobs_in_front: 3 });
  });

  test.each(["pending", "running", "completed"] as const)(
    "that is %s is explained without a look into the bucket",
    async (status) => {
      const { system } = await systemWith(aJobRow({ status }));
      system.bucket.head = () => Promise.reject(new Error("no look into the bucket"));

      expect((await callApi(system)("getJob", { jobId: aJobId })).status).toBe(200);
    },
  );

  test("whose upload's event is missing says so", async () => {
    const { call, bucket, elapse } = await systemWith(aJobRow());
    bucket.store(keys.upload(aJobId), Buffer.from("video"));
    elapse(31);

    const { body } = await call("getJob", { jobId: aJobId });

    expect(body.blocked_reason.code).toBe("UPLOAD_EVENT_MISSING");
  });
});

describe("the jobs of an owner", () => {
  test("come newest first, page by page, and no others", async () => {
    const ids = [1, 2, 3].map(newJobId);
    const { call } = await systemWith(
      ...ids.map((jobId) => aJobRow({ jobId })),
      aJobRow({ jobId: newJobId(4), owner: "others" }),
    );

    const first = await call("listJobs", { query: { limit: "2" } });
    const second = await call("listJobs", { query: { cursor: first.body.next_cursor } });

    expect([first, second].map(({ body }) => body.jobs.length)).toEqual([2, 1]);
    const listed = [...first.body.jobs, ...second.body.jobs] as { job_id: string }[];
    expect(listed.map(({ job_id }) => job_id)).toEqual(ids.toReversed());
    expect(second.body.next_cursor).toBeNull();
  });

  test("are explained with one read of the workers and none of the bucket", async () => {
    const { system, call } = await systemWith(
      ...[1, 2, 3, 4].map((n) => aJobRow({ jobId: newJobId(n), ...waiting(start - n) })),
      aJobRow({ jobId: newJobId(5) }),
    );
    let reads = 0;
    const listed = await system.workers.list();
    system.workers.list = async () => {
      reads++;
      return listed;
    };
    system.bucket.head = () => Promise.reject(new Error("no look into the bucket"));
    system.jobs.waiting = () => Promise.reject(new Error("no count"));

    const { body } = await call("listJobs");

    const jobs = body.jobs as { blocked_reason: { code: string } }[];
    expect(jobs.map((job) => job.blocked_reason.code)).toEqual([
      "AWAITING_UPLOAD",
      ...Array<string>(4).fill("NO_WORKER"),
    ]);
    expect(reads).toBe(1);
  });

  test.each<Record<string, string>>([
    { limit: "0" },
    { limit: "201" },
    { status: "lost" },
    { cursor: "x" },
    { page: "2" },
  ])("are not asked for by %o", async (query) => {
    const { call } = await systemWith();

    const answer = await call("listJobs", { query });

    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect(answer.body.detail).toContain(Object.keys(query)[0]);
  });
});

test.each(["getJob", "getResults", "signUpload", "cancelJob", "retryJob", "deleteJob"] as const)(
  "%s: another's job and a deleted one look like none",
  async (route) => {
    const mine = newJobId(1);
    const { call } = await systemWith(
      aJobRow({ owner: "others" }),
      aJobRow({ jobId: mine, deletedAt: 1 }),
    );
    const body = route === "signUpload" ? { body: { operation: "put" } } : {};

    for (const jobId of [aJobId, mine, newJobId(2)]) {
      const answer = await call(route, { jobId, ...body });
      expect(answer).toMatchObject({ status: 404, body: { code: "JOB_NOT_FOUND" } });
    }
  },
);

describe("a retry of a job whose end was not told", () => {
  const untold = aJobRow({
    status: "failed",
    source: { key: keys.upload(aJobId), etag: '"1"', sizeBytes: 1000 },
    error: { code: "NOT_A_VIDEO", message: "no" },
    untold: "clean",
    dueShard: "due-0",
    dueAt: start,
    finishedAt: start,
  });

  test("tells it first, because the next run overwrites it", async () => {
    const { call, system } = await systemWith(untold);

    const { status, body } = await call("retryJob", { jobId: aJobId });

    expect(status).toBe(202);
    expect(body).toMatchObject({ status: "pending", run: 2 });
    expect(system.events.told).toMatchObject([
      { type: "Job Ended", detail: { event_id: `${aJobId}-1-failed` } },
      { type: "Work Queued" },
    ]);
  });

  const noBus = { told: [], tell: () => Promise.reject(new Error("no bus today")) };

  test("begins while the bus takes nothing, too: the end waits in a queue", async () => {
    const { system } = await systemWith(untold);

    const { status, body } = await callApi({ ...system, events: noBus })("retryJob", {
      jobId: aJobId,
    });

    expect(status).toBe(202);
    expect(body).toMatchObject({ status: "pending", run: 2 });
    expect(system.deliveryQueue.untaken).toMatchObject([
      { kind: "tell", detail: { event_id: `${aJobId}-1-failed`, error: untold.error } },
    ]);
  });

  test("does not begin while neither takes it, because the next run overwrites it", async () => {
    const { system } = await systemWith(untold);
    const deliveryQueue = {
      ...system.deliveryQueue,
      send: () => Promise.reject(new Error("no queue either")),
    };

    const { status } = await callApi({ ...system, deliveryQueue, events: noBus })("retryJob", {
      jobId: aJobId,
    });

    expect(status).toBe(500);
    expect(system.jobs.rows.get(aJobId)).toMatchObject({ status: "failed", run: 1 });
  });
});
