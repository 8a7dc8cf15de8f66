import { describe, expect, test } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { sweep } from "../../../functions/sweep/sweep.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";

const video = { filename: "match.mp4", size_bytes: 1000, content_type: "video/mp4" };
const gibibyte = 1024 ** 3;

test("opens a job that waits for its upload and says where to put it", async () => {
  const system = memorySystem();

  const { status, body } = await callApi(system)("submitVideo", { body: video });

  expect(status).toBe(201);
  expect(body).toMatchObject({ status: "awaiting_upload", upload: { put: { method: "PUT" } } });
  const url = new URL(body.upload.put.url);
  expect(url.pathname).toBe(`/uploads/${body.job_id}/source`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    sizeBytes: "1000",
    contentType: "video/mp4",
  });
});

test("the row is there before the answer, due for a look and for its end", async () => {
  const system = memorySystem();

  const { body } = await callApi(system)("submitVideo", { body: video });

  expect(system.jobs.rows.get(body.job_id)).toMatchObject({
    owner: "team",
    pipelineId: "pitch",
    sizeBytes: 1000,
    dueAt: system.now() + limits.uploadCheckSeconds * 1000,
    uploadBy: system.now() + limits.uploadBySeconds * 1000,
    history: [{ event: "submitted" }],
  });
  expect(system.queue.messages).toEqual([]);
});

test("a name with half a surrogate pair is made one that a link can carry", async () => {
  const system = memorySystem();

  const { body } = await callApi(system)("submitVideo", {
    body: { ...video, filename: "clip \ud83d.mp4" },
  });

  expect(system.jobs.rows.get(body.job_id)?.filename).toBe("clip \ufffd.mp4");
});

test("an authorizer says whose job it is, of either kind", async () => {
  const system = memorySystem();
  const call = callApi(system);

  const byLambda = await call("submitVideo", {
    body: video,
    authorizer: { lambda: { owner: "ana", kind: "api" } },
  });
  const byJwt = await call("submitVideo", {
    body: video,
    authorizer: { jwt: { claims: { sub: "bo" } } },
  });

  expect(system.jobs.rows.get(byLambda.body.job_id)?.owner).toBe("ana");
  expect(system.jobs.rows.get(byJwt.body.job_id)?.owner).toBe("bo");
});

test("a large video is recommended in parts, few enough for one page of ListParts", async () => {
  const call = callApi({ ...memorySystem(), uploadBytesMax: 50 * gibibyte });

  const small = await call("submitVideo", { body: { ...video, size_bytes: 17 * 1024 ** 2 } });
  const large = await call("submitVideo", { body: { ...video, size_bytes: 50 * gibibyte } });

  expect(small.body.upload).toMatchObject({
    put: { method: "PUT" },
    multipart: { recommended: false, part_size_bytes: 16 * 1024 ** 2, parts: 2 },
  });
  expect(large.body.upload).toMatchObject({ put: null, multipart: { recommended: true } });
  expect(large.body.upload.multipart.parts).toBeLessThanOrEqual(900);
});

describe("an Idempotency-Key", () => {
  const headers = { "idempotency-key": "key-1" };

  test("leads to the same job again, with a fresh signature", async () => {
    const system = memorySystem();
    const call = callApi(system);
    const first = await call("submitVideo", { body: video, headers });

    system.elapse(60);
    const again = await call("submitVideo", { body: video, headers });

    expect(again.status).toBe(201);
    expect(again.body.job_id).toBe(first.body.job_id);
    expect(Date.parse(again.body.upload.expires_at)).toBe(
      Date.parse(first.body.upload.expires_at) + 60_000,
    );
    expect(system.jobs.rows.size).toBe(1);
  });

  test("tells how the job stands by now", async () => {
    const system = memorySystem();
    const call = callApi(system);
    const { body } = await call("submitVideo", { body: video, headers });
    await call("cancelJob", { jobId: body.job_id });

    expect((await call("submitVideo", { body: video, headers })).body.status).toBe("cancelled");
  });

  test("with another body is refused", async () => {
    const call = callApi(memorySystem());
    await call("submitVideo", { body: video, headers });

    const other = await call("submitVideo", { body: { ...video, size_bytes: 7 }, headers });

    expect(other).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } });
  });

  test("means the same body whatever the order of its fields and whether defaults are written", async () => {
    const call = callApi(memorySystem());
    const first = await call("submitVideo", { body: video, headers });
    const turned = Object.fromEntries(Object.entries({ ...video, options: {} }).toReversed());

    const again = await call("submitVideo", { body: turned, headers });

    expect(again.body.job_id).toBe(first.body.job_id);
  });

  test("finishes what a crash before the row left undone", async () => {
    const system = memorySystem();
    const call = callApi(system);
    const first = await call("submitVideo", { body: video, headers });
    system.jobs.rows.clear();

    const again = await call("submitVideo", { body: video, headers });

    expect(again.body.job_id).toBe(first.body.job_id);
    expect(system.jobs.rows.size).toBe(1);
  });

  /** A job that was opened with the key and deleted since. */
  async function deletedJob() {
    const system = memorySystem();
    const call = callApi(system);
    const { body } = await call("submitVideo", { body: video, headers });
    await call("deleteJob", { jobId: body.job_id });
    return { system, call, deletedId: body.job_id as string };
  }

  test("of a deleted job leads to a new one, and from then on to that", async () => {
    const { system, call, deletedId } = await deletedJob();

    const next = await call("submitVideo", { body: video, headers });
    system.elapse(limits.presignSeconds + 61);
    await sweep(system)();
    const again = await call("submitVideo", { body: video, headers });

    expect(next).toMatchObject({ status: 201, body: { status: "awaiting_upload" } });
    expect(next.body.job_id).not.toBe(deletedId);
    expect(again.body.job_id).toBe(next.body.job_id);
    expect([...system.jobs.rows.keys()]).toEqual([next.body.job_id]);
  });

  test("of a deleted job whose row is gone does not bring its id to life again", async () => {
    const { system, call, deletedId } = await deletedJob();
    system.elapse(limits.presignSeconds + 61);
    await sweep(system)();
    expect(system.jobs.rows.size).toBe(0);

    const next = await call("submitVideo", { body: video, headers });

    expect(next.status).toBe(201);
    expect(next.body.job_id).not.toBe(deletedId);
  });

  test("of a deleted job may come with another body", async () => {
    const { call } = await deletedJob();

    const next = await call("submitVideo", { body: { ...video, size_bytes: 7 }, headers });

    expect(next.status).toBe(201);
  });

  test("of a deleted job opens one new job, however many ask at once", async () => {
    const { system, call, deletedId } = await deletedJob();

    const answers = await Promise.all(
      Array.from({ length: 4 }, () => call("submitVideo", { body: video, headers })),
    );

    expect(new Set(answers.map(({ body }) => body.job_id)).size).toBe(1);
    expect([...system.jobs.rows.keys()].filter((id) => id !== deletedId)).toHaveLength(1);
  });

  test("of another owner leads to another job", async () => {
    const call = callApi(memorySystem());
    const mine = await call("submitVideo", { body: video, headers });

    const theirs = await call("submitVideo", {
      body: video,
      headers,
      authorizer: { lambda: { owner: "others", kind: "api" } },
    });

    expect(theirs.body.job_id).not.toBe(mine.body.job_id);
  });

  test.each(["", "k".repeat(256)])("of a wrong length is refused", async (key) => {
    const answer = await callApi(memorySystem())("submitVideo", {
      body: video,
      headers: { "idempotency-key": key },
    });

    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect(answer.body.detail).toContain("Idempotency-Key");
  });
});

describe("is refused", () => {
  test.each([
    [{ pipeline_id: "unknown" }, 400, "PIPELINE_UNKNOWN", "unknown"],
    [{ options: { classes: ["ball", "dragon"] } }, 400, "CLASS_UNKNOWN", "dragon"],
    [{ options: { score_min_by_class: { dragon: 0.5 } } }, 400, "CLASS_UNKNOWN", "dragon"],
    [{ size_bytes: 0 }, 400, "UPLOAD_EMPTY", "0"],
    [{ size_bytes: 10_000_000_001 }, 413, "UPLOAD_TOO_LARGE", "10000000000"],
    [{ size_bytes: -1 }, 400, "INVALID_REQUEST", "size_bytes"],
    [{ size_bytes: 1.5 }, 400, "INVALID_REQUEST", "size_bytes"],
    [{ filename: "" }, 400, "INVALID_REQUEST", "filename"],
    [{ content_type: "video/mp4\r\nx: y" }, 400, "INVALID_REQUEST", "content_type"],
    [{ options: { score_min: 2 } }, 400, "INVALID_REQUEST", "options.score_min"],
    [{ options: { score_min_by_class: { ball: 2 } } }, 400, "INVALID_REQUEST", "ball"],
    [{ options: { iou: 1.5 } }, 400, "INVALID_REQUEST", "options.iou"],
    [{ options: { nms: "some" } }, 400, "INVALID_REQUEST", "options.nms"],
    [{ options: { max_detections: 1001 } }, 400, "INVALID_REQUEST", "options.max_detections"],
    [
      { options: { time_range: { start: 2, end: 1 } } },
      400,
      "INVALID_REQUEST",
      "start must be before end",
    ],
    [{ colour: "red" }, 400, "INVALID_REQUEST", "colour"],
  ])("%o with %i %s", async (differences, status, code, detail) => {
    const system = memorySystem();

    const answer = await callApi(system)("submitVideo", { body: { ...video, ...differences } });

    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.body.detail).toContain(detail);
    expect(system.jobs.rows.size).toBe(0);
  });
});
