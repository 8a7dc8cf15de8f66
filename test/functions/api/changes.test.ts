import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keys } from "../../../contracts/keys.ts";
import type { JobRow } from "../../../contracts/job.ts";
import { limits } from "../../../contracts/limits.ts";
import { planMessage } from "../../support/messages.ts";
import { claim } from "../../../contracts/protocol/worker-transitions.ts";
import { timingFor } from "../../../contracts/timing.ts";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";

const source = { key: keys.upload(aJobId), etag: '"1"', sizeBytes: 1000 };

async function systemWith(row: JobRow) {
  const system = memorySystem();
  await system.jobs.insert(row);
  const rowNow = () => system.jobs.rows.get(aJobId);
  return { ...system, system, rowNow, call: callApi(system) };
}

describe("cancel", () => {
  test.each(["awaiting_upload", "pending"] as const)(
    "stops a job that is %s at once",
    async (status) => {
      const { call } = await systemWith(aJobRow({ status }));

      expect(await call("cancelJob", { jobId: aJobId })).toMatchObject({
        status: 202,
        body: { status: "cancelled", blocked_reason: null },
      });
    },
  );

  test("asks the worker of a running job, and may be repeated", async () => {
    const { call, rowNow } = await systemWith(
      aJobRow({ status: "running", workerId: "w1", nonce: "n" }),
    );

    const first = await call("cancelJob", { jobId: aJobId });
    const again = await call("cancelJob", { jobId: aJobId });

    expect([first.status, again.status]).toEqual([202, 202]);
    expect(first.body.status).toBe("running");
    expect(rowNow()!.history.map(({ event }) => event)).toEqual(["cancel_requested"]);
  });

  test("reaches a job that a worker takes at the same moment", async () => {
    const { system, rowNow } = await systemWith(aJobRow({ status: "pending" }));
    const move = system.jobs.move.bind(system.jobs);
    const at = { nonce: "n", workerId: "w", now: system.now(), timing: timingFor(60) };
    let moves = 0;
    system.jobs.move = async (jobId, transition) => {
      if (moves++ === 0) await move(jobId, claim(rowNow()!, at));
      return move(jobId, transition);
    };

    const answer = await callApi(system)("cancelJob", { jobId: aJobId });

    expect(answer.status).toBe(202);
    expect(rowNow()).toMatchObject({ status: "running", cancelRequestedAt: system.now() });
  });

  test("again is no error", async () => {
    const { call } = await systemWith(aJobRow({ status: "cancelled" }));

    expect((await call("cancelJob", { jobId: aJobId })).status).toBe(202);
  });

  test.each(["completed", "failed", "expired"] as const)(
    "of one that is %s is refused",
    async (status) => {
      const { call } = await systemWith(aJobRow({ status }));

      expect(await call("cancelJob", { jobId: aJobId })).toMatchObject({
        status: 409,
        body: { code: "JOB_NOT_CANCELLABLE", detail: `The job is ${status}.` },
      });
    },
  );
});

describe("retry", () => {
  const failed = aJobRow({
    status: "failed",
    source,
    error: { code: "MODEL_FAILED", message: "" },
  });

  test("starts the next run and sends its message", async () => {
    const { call, queue, rowNow, now } = await systemWith(failed);

    const answer = await call("retryJob", { jobId: aJobId });

    expect(answer).toMatchObject({ status: 202, body: { status: "pending", run: 2, error: null } });
    expect(queue.sent()).toEqual([planMessage(aJobId, 2)]);
    expect(rowNow()).toMatchObject({ dispatchedAt: now(), dispatches: 1 });
  });

  test("stands although the queue is out of reach: the sweeper sends later", async () => {
    const { system, log, rowNow, now } = await systemWith(failed);
    system.queue.send = () => Promise.reject(new Error("no queue"));

    const answer = await callApi(system)("retryJob", { jobId: aJobId });

    expect(answer).toMatchObject({ status: 202, body: { status: "pending" } });
    expect(rowNow()).toMatchObject({ dueAt: now() + limits.undispatchedSeconds * 1000 });
    expect(rowNow()).not.toHaveProperty("dispatchedAt");
    expect(log.lines).toMatchObject([{ level: "warn" }]);
  });

  test.each([
    [{ status: "completed" }, "completed"],
    [{ status: "running" }, "running"],
    [{ status: "failed", source: undefined }, "never accepted"],
    [{ status: "failed", run: limits.runsMax }, String(limits.runsMax)],
  ] as const)("of %o is refused", async (differences, detail) => {
    const { call, queue } = await systemWith({ ...failed, ...differences } as JobRow);

    const answer = await call("retryJob", { jobId: aJobId });

    expect(answer).toMatchObject({ status: 409, body: { code: "JOB_NOT_RETRYABLE" } });
    expect(answer.body.detail).toContain(detail);
    expect(queue.messages).toEqual([]);
  });
});

describe("delete", () => {
  const objects = [
    keys.upload(aJobId),
    keys.artifact(aJobId, 1, 1, "manifest.json"),
    keys.artifact(aJobId, 2, 3, "poster.jpg"),
  ];
  const filled = async (row: JobRow) => {
    const made = await systemWith(row);
    for (const key of [...objects, "results/another/r1/f1/x", "inbox/team/match.mp4"]) {
      made.bucket.store(key, Buffer.from("x"));
    }
    return made;
  };

  test("removes the job, its video and every artifact, and nothing else", async () => {
    const { call, bucket } = await filled(aJobRow({ status: "completed", source }));

    const answer = await call("deleteJob", { jobId: aJobId });

    expect(answer).toEqual({ status: 204, headers: {}, body: undefined });
    expect([...bucket.objects.keys()]).toEqual(["results/another/r1/f1/x", "inbox/team/match.mp4"]);
    expect((await call("getJob", { jobId: aJobId })).status).toBe(404);
    expect((await call("deleteJob", { jobId: aJobId })).status).toBe(404);
  });

  test("removes the inbox file that the job was made of", async () => {
    const key = "inbox/team/match.mp4";
    const etag = `"${createHash("md5").update("x").digest("hex")}"`;
    const { call, bucket } = await filled(
      aJobRow({ status: "failed", source: { ...source, key, etag } }),
    );

    await call("deleteJob", { jobId: aJobId });

    expect([...bucket.objects.keys()]).toEqual(["results/another/r1/f1/x"]);
  });

  test("shuts a running job's worker out and keeps the row for the sweeper", async () => {
    const { call, rowNow, now } = await filled(
      aJobRow({
        status: "running",
        source,
        nonce: "n",
        fence: 1,
        leaseUntil: memorySystem().now(),
      }),
    );

    await call("deleteJob", { jobId: aJobId });

    expect(rowNow()).toMatchObject({ fence: 2, deletedAt: now() });
    expect(rowNow()).not.toHaveProperty("nonce");
    expect(rowNow()!.dueAt).toBeGreaterThan(now());
    expect((await call("getJob", { jobId: aJobId })).status).toBe(404);
  });

  test("stands although the bucket is out of reach: the sweeper removes the rest", async () => {
    const { system, log, rowNow } = await filled(aJobRow({ status: "completed", source }));
    system.bucket.removeAll = () => Promise.reject(new Error("no bucket"));

    expect((await callApi(system)("deleteJob", { jobId: aJobId })).status).toBe(204);

    expect(rowNow()).toHaveProperty("deletedAt");
    expect(rowNow()).toHaveProperty("dueAt");
    expect(log.lines).toMatchObject([{ level: "warn" }]);
  });
});
