import { describe, expect, test } from "vitest";
import type { JobRow } from "../../../contracts/job.ts";
import { blockedReason, type Circumstances } from "../../../functions/api/blocked-reason.ts";
import { nothingKnown } from "../../../gpu-worker/heartbeat.ts";
import { aJobRow } from "../../support/job-row.ts";
import { aDetectingJob, aSegmentRow } from "../../support/segment-row.ts";
import { aWorkerRow } from "../../support/worker-row.ts";

const now = 1_000_000;
const queueId = "sqs.eu/1/work";
const worker = aWorkerRow({ queueId, heartbeatAt: now });
const gpuWorker = aWorkerRow({
  workerId: "w-gpu",
  queueId,
  heartbeatAt: now,
  capabilities: { ...worker.capabilities, gpu: true },
});
const starting = aWorkerRow({
  workerId: "w-new",
  state: "starting",
  queueId,
  heartbeatAt: now,
  capabilities: nothingKnown,
});
const pending = aJobRow({ status: "pending", waitingSince: now - 60_000, dueAt: now + 5000 });

const reason = (row: JobRow, facts: Partial<Circumstances> = {}) =>
  blockedReason(row, {
    now,
    aliveSeconds: 35,
    queueId,
    workers: [worker],
    needs: { gpu: false, decoder: "yolox" },
    ...facts,
  });

describe("a waiting job", () => {
  test("NO_WORKER: none has been heard of, or all are silent or stopping", () => {
    const silent = { ...worker, heartbeatAt: now - 35_001 };
    const stopping = { ...worker, state: "stopping" } as const;

    for (const workers of [[], [silent], [stopping]]) {
      expect(reason(pending, { workers })).toMatchObject({ code: "NO_WORKER", queue_id: queueId });
    }
  });

  test("WORKERS_ON_OTHER_QUEUE: both queues are named, in fields and in words", () => {
    const elsewhere = { ...worker, queueId: "sqs.us/2/other" };

    const blocked = reason(pending, { workers: [elsewhere, { ...elsewhere, workerId: "w2" }] });

    expect(blocked).toMatchObject({
      code: "WORKERS_ON_OTHER_QUEUE",
      queue_id: queueId,
      worker_queue_ids: ["sqs.us/2/other"],
    });
    expect(blocked!.message).toContain(queueId);
    expect(blocked!.message).toContain("sqs.us/2/other");
  });

  test("NO_CAPABLE_WORKER: what is missing is named, a GPU or a decoder", () => {
    expect(reason(pending, { needs: { gpu: true } })).toMatchObject({
      code: "NO_CAPABLE_WORKER",
      message: expect.stringContaining("a GPU") as string,
    });
    expect(reason(pending, { needs: { gpu: false, decoder: "detr" } })).toMatchObject({
      code: "NO_CAPABLE_WORKER",
      message: expect.stringContaining("the decoder detr") as string,
    });
  });

  test("a GPU on another queue makes no worker of this queue capable", () => {
    const elsewhere = { ...gpuWorker, queueId: "sqs.us/2/other" };

    expect(reason(pending, { workers: [worker, elsewhere], needs: { gpu: true } })?.code).toBe(
      "NO_CAPABLE_WORKER",
    );
  });

  test("QUEUED_BEHIND: every capable worker is busy, and the jobs in front are counted", () => {
    const busy = { ...worker, state: "working" } as const;

    expect(reason(pending, { workers: [busy], jobsInFront: 3 })).toEqual({
      code: "QUEUED_BEHIND",
      message: "The only worker for it is busy; 3 jobs are in front.",
      jobs_in_front: 3,
    });
    expect(reason(pending, { workers: [busy], jobsInFront: 0 })?.message).toContain("the next");
    expect(reason(pending, { workers: [busy] })).not.toHaveProperty("jobs_in_front");
  });

  test("QUEUED_BEHIND: an idle worker that cannot run it does not count", () => {
    const busyGpu = { ...gpuWorker, state: "working" } as const;

    expect(
      reason(pending, { workers: [worker, busyGpu], needs: { gpu: true }, jobsInFront: 0 })?.code,
    ).toBe("QUEUED_BEHIND");
  });

  test.each([{ gpu: false, decoder: "yolox" }, { gpu: true }, { gpu: false }])(
    "WORKER_STARTING: the only worker is starting, and what it can do is not known (%j)",
    (needs) => {
      expect(reason(pending, { workers: [starting], needs })?.code).toBe("WORKER_STARTING");
    },
  );

  test("WORKER_STARTING: of two workers one cannot run it, and the other is starting", () => {
    const workers = [worker, starting];

    expect(reason(pending, { workers, needs: { gpu: true } })?.code).toBe("WORKER_STARTING");
  });

  test("QUEUED_BEHIND: a worker that is starting is not counted among the busy ones", () => {
    const busy = { ...worker, state: "working" } as const;

    for (const needs of [{ gpu: false, decoder: "yolox" }, { gpu: false }]) {
      expect(reason(pending, { workers: [busy, starting], needs })?.message).toContain(
        "The only worker for it is busy",
      );
    }
  });

  test("RETRY_BACKOFF: until when, and what the last attempt said, whoever is there", () => {
    const error = { code: "DECODE_STALLED", message: "no frame for 10 s" } as const;
    const row = { ...pending, notBefore: now + 30_000, error };

    expect(reason(row, { workers: [] })).toEqual({
      code: "RETRY_BACKOFF",
      message: expect.stringContaining("DECODE_STALLED: no frame for 10 s") as string,
      until: new Date(now + 30_000).toISOString(),
    });
    expect(reason({ ...row, notBefore: now }, { workers: [] })?.code).toBe("NO_WORKER");
  });

  test("moves when it came a moment ago and a capable worker is idle", () => {
    expect(reason({ ...pending, waitingSince: now - 4999 })).toBeNull();
  });

  test("that an idle worker does not take still says so, and when its message is sent again", () => {
    expect(reason(pending, { jobsInFront: 0 })).toMatchObject({
      code: "QUEUED_BEHIND",
      message: expect.stringContaining("idle") as string,
      until: new Date(now + 5000).toISOString(),
    });
  });
});

describe("a job without its video", () => {
  const awaiting = aJobRow({ uploadBy: now + 1000 });
  const upload = { key: "k", etag: '"1"', sizeBytes: 1, lastModified: now - 31_000 };

  test("AWAITING_UPLOAD: until when it may come", () => {
    expect(reason(awaiting)).toMatchObject({
      code: "AWAITING_UPLOAD",
      until: new Date(now + 1000).toISOString(),
    });
  });

  test("UPLOAD_EVENT_MISSING: the object has been there for longer than events take", () => {
    expect(reason(awaiting, { upload })).toMatchObject({
      code: "UPLOAD_EVENT_MISSING",
      message: expect.stringContaining("31 seconds") as string,
    });
  });

  test("moves while the event of its upload is on its way", () => {
    expect(reason(awaiting, { upload: { ...upload, lastModified: now - 30_000 } })).toBeNull();
  });
});

describe("a running job", () => {
  const running = aJobRow({ status: "running", workerId: "w1", leaseUntil: now + 40_000 });

  test("moves while its worker is heard of", () => {
    expect(reason(running)).toBeNull();
  });

  test("LEASE_HELD: its lease has ended; by whom and when", () => {
    expect(reason({ ...running, leaseUntil: now - 1 })).toMatchObject({
      code: "LEASE_HELD",
      worker_id: "w1",
      until: new Date(now - 1).toISOString(),
    });
  });

  test("LEASE_HELD: its worker is silent; by whom and until when", () => {
    for (const workers of [[], [{ ...worker, heartbeatAt: now - 36_000 }], [gpuWorker]]) {
      expect(reason(running, { workers })).toMatchObject({
        code: "LEASE_HELD",
        worker_id: "w1",
        until: new Date(now + 40_000).toISOString(),
      });
    }
  });
});

test.each(["completed", "failed", "cancelled", "expired"] as const)(
  "a job that is %s is not blocked",
  (status) => {
    expect(reason(aJobRow({ status }), { workers: [] })).toBeNull();
  },
);

describe("a job whose segments are detected", () => {
  const detecting = aDetectingJob({ segmentEndedAt: now - 60_000, dueAt: now + 5000 });

  test("moves while a worker is at one of them", () => {
    const busy = { ...worker, state: "working", jobId: detecting.jobId } as const;
    expect(reason(detecting, { workers: [busy] })).toBeNull();
  });

  test("says so when nobody is left, or nobody with what it takes", () => {
    expect(reason(detecting, { workers: [] })).toMatchObject({ code: "NO_WORKER" });
    const silent = { ...worker, jobId: detecting.jobId, heartbeatAt: now - 36_000 };
    expect(reason(detecting, { workers: [silent] })).toMatchObject({ code: "NO_WORKER" });
    expect(reason(detecting, { needs: { gpu: true } })).toMatchObject({
      code: "NO_CAPABLE_WORKER",
    });
  });

  test("QUEUED_BEHIND when the workers are at other jobs", () => {
    const busy = { ...worker, state: "working" } as const;
    expect(reason(detecting, { workers: [busy] })).toMatchObject({ code: "QUEUED_BEHIND" });
  });

  const resting = (index: number, seconds: number) =>
    aSegmentRow({
      index,
      attempts: 1,
      notBefore: now + seconds * 1000,
      error: { code: "DECODE_STALLED", message: "no frame for 10 s" },
    });
  const held = aSegmentRow({
    index: 2,
    status: "running",
    workerId: "w-dead",
    leaseUntil: now + 20_000,
  });

  test("RETRY_BACKOFF when all that is open rests: until the first of them may be taken", () => {
    const segments = [aSegmentRow({ status: "completed" }), resting(1, 40), resting(2, 30)];

    expect(reason(detecting, { segments })).toEqual({
      code: "RETRY_BACKOFF",
      message: expect.stringContaining("DECODE_STALLED: no frame for 10 s") as string,
      until: new Date(now + 30_000).toISOString(),
    });
  });

  test("LEASE_HELD when nothing can be taken sooner than what a silent worker holds", () => {
    expect(reason(detecting, { segments: [resting(1, 40), held] })).toEqual({
      code: "LEASE_HELD",
      message: expect.stringContaining("w-dead holds segment 2") as string,
      worker_id: "w-dead",
      until: new Date(now + 20_000).toISOString(),
    });
  });

  test("of its segments the one that any worker may take says what it waits for", () => {
    const segments = [resting(0, 30), aSegmentRow({ index: 1 }), held];

    expect(reason(detecting, { segments, workers: [] })).toMatchObject({ code: "NO_WORKER" });
    expect(reason(detecting, { segments })).toMatchObject({ code: "QUEUED_BEHIND" });
  });
});
