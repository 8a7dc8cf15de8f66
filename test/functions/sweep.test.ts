import { describe, expect, test } from "vitest";
import { jobIdFrom } from "../../contracts/job-id.ts";
import { keys } from "../../contracts/keys.ts";
import type { JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import { planMessage } from "../support/messages.ts";
import { dueShardOf } from "../../contracts/protocol/schedule.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { anEmptySummary } from "../support/result-summary.ts";
import { aJobId, aJobRow } from "../support/job-row.ts";
import { memorySystem, type MemorySystem } from "../support/memory-system.ts";

const start = memorySystem().now();
const source = { key: keys.upload(aJobId), etag: '"1"', sizeBytes: 1000 };
const due = (row: JobRow): JobRow => ({
  ...row,
  dueShard: dueShardOf(row.jobId),
  dueAt: row.dueAt ?? start - 1,
});
const pending = aJobRow({ status: "pending", source, waitingQueue: "WAITING", waitingSince: 1 });
const dead = aJobRow({
  status: "running",
  source,
  fence: 3,
  attempts: 1,
  nonce: "n",
  workerId: "w1",
  leaseUntil: start - 10_001,
});

async function systemWith(...rows: JobRow[]) {
  const system = memorySystem();
  for (const row of rows) await system.jobs.insert(due(row));
  const rowNow = () => system.jobs.rows.get(aJobId)!;
  return { ...system, system, rowNow, run: sweep(system) };
}

const secondsUntilDue = (row: JobRow, system: Pick<MemorySystem, "now">) =>
  (row.dueAt! - system.now()) / 1000;

test("a sweep counts what it sent, and what waits for how long", async () => {
  const counted: object[] = [];
  const { system } = await systemWith({ ...pending, waitingSince: start - 90_000 });

  await sweep({ ...system, count: (values) => counted.push(values) })();

  expect(counted).toEqual([
    {
      SweptSent: 1,
      SweepFailures: 0,
      WaitingJobs: 1,
      OldestWaitingSeconds: 90,
    },
  ]);
});

describe("a job without its video", () => {
  const awaiting = aJobRow({ createdAt: start - 120_000, uploadBy: start + 3_600_000 });

  test("whose upload's event was lost is taken in", async () => {
    const { run, rowNow, queue, bucket } = await systemWith(awaiting);
    bucket.store(keys.upload(aJobId), Buffer.alloc(1000));

    await run();

    expect(rowNow()).toMatchObject({ status: "pending", source: { sizeBytes: 1000 } });
    expect(queue.sent()).toEqual([planMessage(aJobId, 1)]);
  });

  test("whose upload has another size fails, as by its event", async () => {
    const { run, rowNow, bucket } = await systemWith(awaiting);
    bucket.store(keys.upload(aJobId), Buffer.alloc(1));

    await run();

    expect(rowNow()).toMatchObject({ status: "failed", error: { code: "UPLOAD_SIZE_MISMATCH" } });
  });

  test("is looked at again after twice the time", async () => {
    const { run, rowNow, system } = await systemWith(awaiting);
    await run();
    expect(secondsUntilDue(rowNow(), system)).toBe(120);

    system.elapse(121);
    await run();

    expect(secondsUntilDue(rowNow(), system)).toBe(241);
  });

  test("is looked at once more when its time is over, and then expires", async () => {
    const { run, rowNow, system } = await systemWith({ ...awaiting, uploadBy: start + 30_000 });
    await run();
    expect(secondsUntilDue(rowNow(), system)).toBe(31);

    system.elapse(32);
    await run();

    expect(rowNow()).toMatchObject({ status: "expired" });
    expect(rowNow()).not.toHaveProperty("dueAt");
  });

  test("that came at the last moment is taken in, not expired", async () => {
    const { run, rowNow, bucket } = await systemWith({ ...awaiting, uploadBy: start - 1 });
    bucket.store(keys.upload(aJobId), Buffer.alloc(1000));

    await run();

    expect(rowNow().status).toBe("pending");
  });
});

describe("a waiting job", () => {
  test("is sent again, each time after twice as long, up to a bound", async () => {
    const { run, rowNow, queue, system } = await systemWith(pending);
    const intervals: number[] = [];

    for (let sent = 0; sent < 7; sent++) {
      await run();
      intervals.push(secondsUntilDue(rowNow(), system));
      system.elapse(intervals.at(-1)! + 1);
    }

    expect(queue.sent()).toHaveLength(7);
    expect(intervals).toEqual([900, 1800, 3600, 7200, 14_400, 14_400, 14_400]);
  });

  test("in backoff is left until then", async () => {
    const { run, rowNow, queue, system } = await systemWith({
      ...pending,
      notBefore: start + 90_000,
    });

    await run();

    expect(queue.messages).toEqual([]);
    expect(secondsUntilDue(rowNow(), system)).toBe(90);
  });

  test("whose attempts are used up fails with the last reason", async () => {
    const { run, rowNow, queue } = await systemWith({
      ...pending,
      attempts: limits.attemptsMax,
      history: [
        { at: 1, event: "lease_expired", run: 1, fence: 1, workerId: "w1" },
        {
          at: 2,
          event: "attempt_failed",
          run: 1,
          fence: 2,
          code: "DECODE_STALLED",
          message: "no frame",
        },
      ],
    });

    await run();

    expect(rowNow()).toMatchObject({ status: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
    expect(rowNow().error!.message).toBe(
      "All 4 attempts failed; the last: DECODE_STALLED: no frame.",
    );
    expect(queue.messages).toEqual([]);
  });
});

describe("a running job", () => {
  test("of a dead worker waits again under a new fence, and its message is sent", async () => {
    const { run, rowNow, queue } = await systemWith(dead);

    await run();

    expect(rowNow()).toMatchObject({ status: "pending", fence: 4, attempts: 1 });
    expect(rowNow().history).toMatchObject([{ event: "lease_expired", workerId: "w1" }]);
    expect(queue.sent()).toEqual([planMessage(aJobId, 1)]);
  });

  test("is left to its worker until lease and margin are over", async () => {
    const { run, rowNow, queue, system } = await systemWith({
      ...dead,
      leaseUntil: start - 10_000,
    });

    await run();

    expect(rowNow()).toMatchObject({ status: "running", fence: 3, nonce: "n" });
    expect(queue.messages).toEqual([]);
    expect(secondsUntilDue(rowNow(), system)).toBe(1);
  });

  test("whose worker died in its last attempt fails and says so", async () => {
    const { run, rowNow } = await systemWith({ ...dead, attempts: limits.attemptsMax });

    await run();

    expect(rowNow()).toMatchObject({ status: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
    expect(rowNow().error!.message).toContain("worker w1 fell silent");
  });

  test("that was to be cancelled when its worker died is cancelled", async () => {
    const { run, rowNow, queue } = await systemWith({ ...dead, cancelRequestedAt: 1 });

    await run();

    expect(rowNow().status).toBe("cancelled");
    expect(queue.messages).toEqual([]);
  });
});

describe("a deleted job", () => {
  const long = { deletedAt: start - limits.presignSeconds * 1000 };

  test("loses its objects and then its row", async () => {
    const { run, rowNow, bucket } = await systemWith(aJobRow({ status: "completed", ...long }));
    bucket.store(keys.artifact(aJobId, 1, 1, "manifest.json"), Buffer.from("{}"));
    bucket.store(keys.upload(aJobId), Buffer.from("video"));

    await run();

    expect(bucket.objects.size).toBe(0);
    expect(rowNow()).toBeUndefined();
  });

  test.each([
    ["awaiting_upload", keys.upload(aJobId)],
    // Whoever signed the upload may put it after a cancel, too.
    ["cancelled", keys.upload(aJobId)],
    // The worker of an earlier fence may be in the middle of a put.
    ["running", keys.artifact(aJobId, 1, 1, "late.json")],
    ["pending", keys.artifact(aJobId, 1, 1, "late.json")],
    ["failed", keys.artifact(aJobId, 1, 1, "late.json")],
  ] as const)("that was %s is swept again when nothing can come any more", async (status, late) => {
    const deleted = aJobRow({ status, deletedAt: start });
    const { run, rowNow, bucket, system } = await systemWith(deleted);
    await run();
    expect(secondsUntilDue(rowNow(), system)).toBe(limits.presignSeconds);

    bucket.store(late, Buffer.from("{}"));
    system.elapse(limits.presignSeconds + 1);
    await run();

    expect(bucket.objects.size).toBe(0);
    expect(rowNow()).toBeUndefined();
  });
});

describe("what attempts in vain have left", () => {
  const object = (run: number, fence: number, name = "detections.ndjson.gz") =>
    keys.artifact(aJobId, run, fence, name);
  const left = (system: MemorySystem) => [...system.bucket.objects.keys()].sort();

  test("is removed once nobody can write it any more; the result stays", async () => {
    const result = {
      manifestKey: object(1, 3, "manifest.json"),
      manifestSha256: "",
      run: 1,
      fence: 3,
    };
    const { system, run, rowNow } = await systemWith(
      aJobRow({
        status: "completed",
        fence: 3,
        source,
        result: { ...result, summary: anEmptySummary },
      }),
    );
    for (const key of [
      object(1, 1),
      object(1, 3),
      result.manifestKey,
      object(1, 2, "segments/0"),
      object(2, 4),
    ]) {
      system.bucket.store(key, Buffer.from("x"));
    }

    await run();

    expect(left(system)).toEqual([object(1, 3), result.manifestKey, object(2, 4)].sort());
    expect(rowNow().dueAt).toBeUndefined();
    expect(rowNow().status).toBe("completed");
  });

  test("is all of it where there is no result", async () => {
    const { system, run } = await systemWith(aJobRow({ status: "failed", fence: 2, source }));
    for (const fence of [1, 2]) system.bucket.store(object(1, fence), Buffer.from("x"));

    await run();

    expect(left(system)).toEqual([]);
  });
});

test("two sweepers at once do what one does", async () => {
  const { run, system, rowNow } = await systemWith(dead);

  await Promise.all([run(), sweep(system)()]);

  expect(rowNow()).toMatchObject({ status: "pending", fence: 4 });
  expect(rowNow().history).toHaveLength(1);
});

test("every shard is swept, and what is not due is left", async () => {
  const ids = Array.from({ length: 8 }, (_, n) =>
    jobIdFrom(1, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, n)),
  );
  const { run, queue } = await systemWith(...ids.map((jobId) => ({ ...pending, jobId })), {
    ...pending,
    dueAt: start + 1,
  });

  await run();

  expect(new Set(ids.map(dueShardOf)).size).toBe(limits.dueShards);
  expect(
    queue
      .sent()
      .map(({ job_id }) => job_id)
      .toSorted(),
  ).toEqual(ids.toSorted());
});

test("a row that the index shows as due but is not any more is left", async () => {
  const { run, system, queue } = await systemWith({ ...pending, dueAt: start });
  system.jobs.listDue = async () => [aJobId];

  await sweep(system)();
  expect(queue.messages).toEqual([]);

  system.elapse(1);
  await run();
  expect(queue.messages.length).toBeGreaterThan(0);
});

test("one job that cannot be swept does not hold up the others, and is seen", async () => {
  const other = jobIdFrom(1, new Uint8Array(10));
  const { system, queue, log } = await systemWith(
    { ...pending, dueAt: 1 },
    { ...pending, jobId: other },
  );
  const send = queue.send.bind(queue);
  system.queue.send = (message, options) =>
    message.job_id === aJobId ? Promise.reject(new Error("no")) : send(message, options);

  await expect(sweep(system)()).rejects.toThrow("1 of 2 jobs could not be swept");

  expect(queue.sent()).toEqual([planMessage(other, 1)]);
  expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
});

describe("rows that cannot be repaired", () => {
  const ids = Array.from({ length: 4 * limits.sweepRowsMax }, (_, n) =>
    jobIdFrom(n, new Uint8Array(10)),
  );
  const sameShard = ids
    .filter((jobId) => dueShardOf(jobId) === dueShardOf(aJobId))
    .slice(0, limits.sweepRowsMax);
  const untold = { status: "failed", source, untold: "clean", finishedAt: 1, dueAt: 1 } as const;
  async function systemWithoutBus(...rows: JobRow[]) {
    const made = await systemWith(...rows);
    const tell = made.events.tell.bind(made.events);
    made.events.tell = () => Promise.reject(new Error("no bus"));
    return { ...made, mendBus: () => (made.events.tell = tell) };
  }

  test("hold up nothing behind them for longer than one sweep", async () => {
    const { system, run, rowNow } = await systemWithoutBus(
      ...sameShard.map((jobId) => aJobRow({ ...untold, jobId })),
      dead,
    );
    expect(sameShard).toHaveLength(limits.sweepRowsMax);

    await expect(run()).rejects.toThrow("100 of 100 jobs could not be swept");
    expect(rowNow().status).toBe("running");
    system.elapse(limits.sweepSeconds);
    await run().catch(() => {});

    expect(rowNow().status).toBe("pending");
  });

  test("are looked at again a little later", async () => {
    const { system, run, rowNow, mendBus } = await systemWithoutBus(aJobRow(untold));

    await expect(run()).rejects.toThrow("1 of 1 jobs could not be swept");
    expect(secondsUntilDue(rowNow(), system)).toBe(limits.unrepairedSeconds);
    mendBus();
    system.elapse(limits.unrepairedSeconds + 1);
    await run();

    expect(rowNow()).not.toHaveProperty("untold");
  });

  test("are looked at again when they would have been, where the repair itself said when", async () => {
    const { system, rowNow } = await systemWith(aJobRow({ ...untold, untold: "may_have_orphans" }));
    const move = system.jobs.move.bind(system.jobs);
    system.jobs.move = async (jobId, transition) => {
      const answer = await move(jobId, transition);
      if (transition.name === "markTold") throw new Error("the answer was lost");
      return answer;
    };

    await expect(sweep(system)()).rejects.toThrow("1 of 1 jobs could not be swept");

    expect(rowNow().dueAt).toBe(1 + limits.orphanSeconds * 1000);
  });

  test("stay where they are if they cannot be moved either", async () => {
    const { system, rowNow, log } = await systemWithoutBus(aJobRow(untold));
    system.jobs.move = () => Promise.reject(new Error("no table"));

    await expect(sweep(system)()).rejects.toThrow("1 of 1 jobs could not be swept");

    expect(rowNow().dueAt).toBe(1);
    expect(log.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });
});

test("one sweep repairs a bounded number of rows of a shard, the oldest first", async () => {
  const ids = Array.from({ length: limits.sweepRowsMax + 1 }, (_, n) =>
    jobIdFrom(n, new Uint8Array(10)),
  );
  const { run, queue } = await systemWith(
    ...ids.map((jobId, n) => ({ ...pending, jobId, dueAt: start - 1 - n })),
  );

  await run();

  const sent = queue.sent().map(({ job_id }) => job_id);
  expect(sent).toHaveLength(limits.sweepRowsMax);
  expect(sent).not.toContain(ids[0]);
});

describe("an end that was not told", () => {
  const untold = aJobRow({
    status: "failed",
    source,
    error: { code: "NOT_A_VIDEO", message: "no" },
    fence: 1,
    finishedAt: start - 60_000,
    untold: "may_have_orphans",
  });

  test("is told, and the job is looked at once more when nobody can leave objects", async () => {
    const { run, rowNow, events } = await systemWith(untold);

    await run();

    expect(events.told).toMatchObject([{ detail: { event_id: `${aJobId}-1-failed` } }]);
    expect(rowNow().untold).toBeUndefined();
    expect(rowNow().dueAt).toBe(untold.finishedAt! + limits.orphanSeconds * 1000);
  });

  test("is told of a deleted job before its row is removed", async () => {
    const { run, events, system, jobs } = await systemWith({
      ...untold,
      deletedAt: start - 86_400_000,
    });

    await run();
    expect(events.told).toHaveLength(1);
    expect(jobs.rows.size).toBe(1);
    system.elapse(60);
    await run();

    expect(jobs.rows.size).toBe(0);
    expect(events.told).toHaveLength(1);
  });

  test("that cannot be told stays due", async () => {
    const { system, run, rowNow } = await systemWith(untold);
    system.events.tell = () => Promise.reject(new Error("no bus today"));

    await expect(run()).rejects.toThrow("1 of 1 jobs");

    expect(rowNow()).toMatchObject({
      untold: "may_have_orphans",
      dueAt: start + limits.unrepairedSeconds * 1000,
    });
  });
});
