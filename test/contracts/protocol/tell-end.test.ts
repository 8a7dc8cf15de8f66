import { expect, test, vi } from "vitest";
import type { EventBus } from "../../../contracts/ports/event-bus.ts";
import { cancelWaiting, refuseUpload } from "../../../contracts/protocol/owner-transitions.ts";
import { endOf } from "../../../contracts/protocol/tell-end.ts";
import { tellingJobStore } from "../../../contracts/protocol/telling-job-store.ts";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { memoryEventBus } from "../../support/memory-event-bus.ts";
import { memoryJobStore } from "../../support/memory-job-store.ts";

const error = { code: "UPLOAD_EMPTY", message: "The uploaded file has 0 bytes." } as const;

/** A store with a job that waits for its upload, and the events that were told. */
async function aStore(events: EventBus & { told: unknown[] } = memoryEventBus()) {
  const row = aJobRow({ uploadBy: 1, dueShard: "due-0", dueAt: 1 });
  const notTold = vi.fn<(jobId: string, error: unknown) => void>();
  const jobs = tellingJobStore({ jobs: memoryJobStore(), events, notTold });
  await jobs.insert(row);
  return { jobs, row, events, notTold };
}

test("whoever ends a run tells it once, and leaves nothing to the sweeper", async () => {
  const { jobs, row, events } = await aStore();

  await jobs.move(aJobId, refuseUpload(row, { now: 1000, error }));

  expect(events.told).toEqual([
    {
      type: "Job Ended",
      detail: {
        event_id: `${aJobId}-1-failed`,
        job_id: aJobId,
        owner: "team",
        run: 1,
        status: "failed",
        filename: "match.mp4",
        pipeline_id: "pitch",
        finished_at: "1970-01-01T00:00:01.000Z",
        error,
      },
    },
  ]);
  expect(jobs.rows.get(aJobId)).not.toHaveProperty("untold");
  expect(jobs.rows.get(aJobId)).not.toHaveProperty("dueAt");
});

test("an end that cannot be told stands all the same, and is the sweeper's soon", async () => {
  const failing = { told: [], tell: () => Promise.reject(new Error("no bus today")) };
  const { jobs, row, notTold } = await aStore(failing);

  const { moved } = await jobs.move(aJobId, cancelWaiting(row, { now: 1000 }));

  expect(moved).toBe(true);
  expect(jobs.rows.get(aJobId)).toMatchObject({
    status: "cancelled",
    untold: "may_have_orphans",
    dueAt: 11_000,
  });
  expect(notTold).toHaveBeenCalledWith(aJobId, new Error("no bus today"));
});

test("a write that ends nothing tells nothing", async () => {
  const { jobs, row, events } = await aStore();

  await jobs.move(aJobId, cancelWaiting({ ...row, run: 2 }, { now: 1 }));

  expect(events.told).toEqual([]);
});

test("a job that was cancelled does not show the error of an attempt before", () => {
  const row = aJobRow({ status: "cancelled", error, finishedAt: 1 });

  expect(endOf(row).detail).not.toHaveProperty("error");
});

test("a job that has not ended has no end to tell", () => {
  expect(() => endOf(aJobRow({ status: "running" }))).toThrow("no end yet");
});
