import { describe, expect, test } from "vitest";
import { keys } from "../../contracts/keys.ts";
import { planMessage } from "../support/messages.ts";
import { onUpload } from "../../functions/on-upload/on-upload.ts";
import { aJobId, aJobRow } from "../support/job-row.ts";
import { memorySystem } from "../support/memory-system.ts";

const video = Buffer.alloc(1000);
const created = (key: string) =>
  JSON.stringify({ "detail-type": "Object Created", detail: { object: { key, size: 1000 } } });
const notified = (key: string, eventName = "ObjectCreated:Put") =>
  JSON.stringify({ Records: [{ eventName, s3: { object: { key } } }] });

async function systemWith(row = aJobRow()) {
  const system = memorySystem();
  await system.jobs.insert(row);
  system.bucket.store(keys.upload(aJobId), video);
  const rowNow = () => system.jobs.rows.get(aJobId)!;
  return { ...system, system, rowNow, take: onUpload(system) };
}

describe("an upload", () => {
  test.each([created(keys.upload(aJobId)), notified(keys.upload(aJobId))])(
    "queues its job, as %s",
    async (event) => {
      const { take, rowNow, queue, now } = await systemWith();

      await take(event);

      expect(rowNow()).toMatchObject({
        status: "pending",
        source: { key: keys.upload(aJobId), sizeBytes: 1000 },
        dispatchedAt: now(),
      });
      expect(queue.sent()).toEqual([planMessage(aJobId, 1)]);
    },
  );

  test("tells once that work waits", async () => {
    const { take, system } = await systemWith();

    await take(created(keys.upload(aJobId)));
    await take(created(keys.upload(aJobId)));

    expect(system.events.told).toEqual([{ type: "Work Queued", detail: { job_id: aJobId } }]);
  });

  test("is taken in although nobody can be told", async () => {
    const { system, rowNow } = await systemWith();
    const events = { tell: () => Promise.reject(new Error("no bus")) };

    await onUpload({ ...system, events })(created(keys.upload(aJobId)));

    expect(rowNow()).toMatchObject({ status: "pending", dispatchedAt: system.now() });
    expect(system.log.lines).toMatchObject([{ level: "warn" }, { level: "info" }]);
  });

  test("whose event comes twice, or late, is sent once", async () => {
    const { take, queue, elapse, rowNow } = await systemWith();
    await take(created(keys.upload(aJobId)));
    elapse(3600);

    await take(created(keys.upload(aJobId)));

    expect(queue.sent()).toHaveLength(1);
    expect(rowNow().history).toHaveLength(1);
  });

  test("whose message was lost to a crash after the row is sent when the event comes again", async () => {
    const { system, take, rowNow } = await systemWith();
    const { queue } = system;
    const failing = onUpload({
      ...system,
      queue: { ...queue, send: () => Promise.reject(new Error("no queue")) },
    });
    await expect(failing(created(keys.upload(aJobId)))).rejects.toThrow("no queue");
    expect(rowNow().status).toBe("pending");

    await take(created(keys.upload(aJobId)));

    expect(queue.sent()).toEqual([planMessage(aJobId, 1)]);
  });

  test.each([
    [0, "UPLOAD_EMPTY", "0 bytes"],
    [999, "UPLOAD_SIZE_MISMATCH", "1000 bytes were announced, 999 arrived"],
  ])("of %i bytes fails the job with %s", async (size, code, message) => {
    const { take, bucket, rowNow, queue } = await systemWith();
    bucket.store(keys.upload(aJobId), Buffer.alloc(size));

    await take(created(keys.upload(aJobId)));

    expect(rowNow()).toMatchObject({ status: "failed", error: { code } });
    expect(rowNow().error!.message).toContain(message);
    expect(rowNow()).not.toHaveProperty("dueAt");
    expect(queue.messages).toEqual([]);
  });

  test("that was deleted before its event was read fails the job with SOURCE_MISSING", async () => {
    const { take, bucket, rowNow } = await systemWith();
    await bucket.remove(keys.upload(aJobId));

    await take(created(keys.upload(aJobId)));

    expect(rowNow()).toMatchObject({ status: "failed", error: { code: "SOURCE_MISSING" } });
  });

  test.each(["cancelled", "running", "completed", "expired"] as const)(
    "changes nothing for a job that is %s",
    async (status) => {
      const { take, rowNow, queue } = await systemWith(aJobRow({ status }));

      await take(created(keys.upload(aJobId)));

      expect(rowNow()).toEqual(aJobRow({ status }));
      expect(queue.messages).toEqual([]);
    },
  );

  test.each(["uploads/no-job-id/source", "models/x/model.onnx", "results/x/y"])(
    "%s is nobody's: noted, and done",
    async (key) => {
      const { take, log, queue, bucket } = await systemWith();
      bucket.store(key, video);

      await take(created(key));

      expect(log.lines).toMatchObject([{ level: "warn" }]);
      expect(queue.messages).toEqual([]);
      expect(bucket.objects.has(key)).toBe(true);
    },
  );

  test("of a deleted job is removed", async () => {
    const { take, queue, rowNow, bucket } = await systemWith(aJobRow({ deletedAt: 1 }));

    await take(created(keys.upload(aJobId)));

    expect(rowNow().status).toBe("awaiting_upload");
    expect(queue.messages).toEqual([]);
    expect(bucket.objects.size).toBe(0);
  });

  test("of a job whose row is gone is removed: a put that took longer than the row was kept", async () => {
    const { take, system, bucket, log } = await systemWith();
    system.jobs.rows.delete(aJobId);

    await take(created(keys.upload(aJobId)));

    expect(bucket.objects.size).toBe(0);
    expect(log.lines).toMatchObject([{ level: "warn" }]);
  });
});

describe("an event", () => {
  test("of S3's own test, or of a removal, is done at once", async () => {
    const { take, rowNow } = await systemWith();

    await take(JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "b" }));
    await take(notified(keys.upload(aJobId), "ObjectRemoved:Delete"));

    expect(rowNow().status).toBe("awaiting_upload");
  });

  test.each(["nonsense", "{}", '{"detail-type":"Object Deleted","detail":{}}'])(
    "that is none, %s, fails and ends among the dead letters",
    async (body) => {
      const { take } = await systemWith();

      await expect(take(body)).rejects.toThrow(/not valid JSON|Invalid/);
    },
  );
});

describe("a file in the inbox", () => {
  async function inboxWith(key: string, body = video) {
    const system = memorySystem();
    system.bucket.store(key, body);
    const rows = () => [...system.jobs.rows.values()];
    return { ...system, system, rows, take: onUpload(system) };
  }

  test("gets a job of its owner that waits for a worker", async () => {
    const { take, rows, queue } = await inboxWith("inbox/ana/holiday/match 1.MOV");

    await take(created("inbox/ana/holiday/match 1.MOV"));

    expect(rows()).toMatchObject([
      {
        owner: "ana",
        status: "pending",
        filename: "match 1.MOV",
        contentType: "video/quicktime",
        pipelineId: "pitch",
        source: { key: "inbox/ana/holiday/match 1.MOV", sizeBytes: 1000 },
        waitingQueue: "WAITING",
        history: [{ event: "submitted" }, { event: "uploaded" }],
      },
    ]);
    expect(queue.sent()).toEqual([planMessage(rows()[0]!.jobId, 1)]);
  });

  test("is found under the key that S3 encodes like a form", async () => {
    const { take, rows } = await inboxWith("inbox/ana/café +1.mp4");

    await take(notified("inbox/ana/caf%C3%A9+%2B1.mp4"));

    expect(rows()).toMatchObject([{ filename: "café +1.mp4", status: "pending" }]);
  });

  test("whose name is cut in the middle of a character still has one that a link can carry", async () => {
    const name = "😀".repeat(200);
    const { take, rows } = await inboxWith(`inbox/ana/${name}`);

    await take(created(`inbox/ana/${name}`));

    expect(rows()[0]!.filename).toBe(`${"😀".repeat(127)}\ufffd`);
  });

  test("chooses a pipeline by its folder, where there is one of that name", async () => {
    const { take, rows } = await inboxWith("inbox/ana/coco/a.mp4");

    await take(created("inbox/ana/coco/a.mp4"));

    expect(rows()).toMatchObject([{ pipelineId: "coco" }]);
  });

  test("that is called like a pipeline does not choose it", async () => {
    const { take, rows } = await inboxWith("inbox/ana/coco");

    await take(created("inbox/ana/coco"));

    expect(rows()).toMatchObject([{ pipelineId: "pitch", filename: "coco" }]);
  });

  test("has one job however often its event comes, and another when it is replaced", async () => {
    const { take, rows, queue, bucket, elapse } = await inboxWith("inbox/ana/a.mp4");
    await take(created("inbox/ana/a.mp4"));
    elapse(60);
    await take(created("inbox/ana/a.mp4"));
    expect(rows()).toHaveLength(1);
    expect(queue.sent()).toHaveLength(1);

    bucket.store("inbox/ana/a.mp4", Buffer.alloc(7));
    await take(created("inbox/ana/a.mp4"));

    expect(rows()).toHaveLength(2);
    expect(queue.sent()).toHaveLength(2);
  });

  test("whose message was lost to a crash is sent when the event comes again", async () => {
    const { system, take, rows, queue } = await inboxWith("inbox/ana/a.mp4");
    const failing = onUpload({
      ...system,
      queue: { ...queue, send: () => Promise.reject(new Error("no queue")) },
    });
    await expect(failing(created("inbox/ana/a.mp4"))).rejects.toThrow("no queue");

    await take(created("inbox/ana/a.mp4"));

    expect(rows()).toHaveLength(1);
    expect(queue.sent()).toHaveLength(1);
  });

  test("that is empty has a failed job with the reason", async () => {
    const { take, rows, queue } = await inboxWith("inbox/ana/a.mp4", Buffer.alloc(0));

    await take(created("inbox/ana/a.mp4"));

    expect(rows()).toMatchObject([{ status: "failed", error: { code: "UPLOAD_EMPTY" } }]);
    expect(queue.messages).toEqual([]);
  });

  test("that is gone already makes no job", async () => {
    const { take, rows, bucket } = await inboxWith("inbox/ana/a.mp4");
    await bucket.remove("inbox/ana/a.mp4");

    await take(created("inbox/ana/a.mp4"));

    expect(rows()).toEqual([]);
  });
});
