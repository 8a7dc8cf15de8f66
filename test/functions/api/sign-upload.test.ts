import { describe, expect, test } from "vitest";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";

const mebibyte = 1024 ** 2;
const awaiting = aJobRow({ sizeBytes: 40 * mebibyte, partBytes: 16 * mebibyte });

async function sign(body: object, row = awaiting) {
  const system = memorySystem();
  await system.jobs.insert(row);
  const answer = await callApi(system)("signUpload", { jobId: aJobId, body });
  const url = answer.status === 200 ? new URL(answer.body.url) : undefined;
  return { ...answer, path: url?.pathname, asked: Object.fromEntries(url?.searchParams ?? []) };
}

describe("signs, on the job's own key only,", () => {
  test.each([
    [{ operation: "put" }, "PUT", { sizeBytes: String(40 * mebibyte), contentType: "video/mp4" }],
    [{ operation: "create_multipart" }, "POST", { uploads: "", contentType: "video/mp4" }],
    [{ operation: "list_parts", upload_id: "u" }, "GET", { uploadId: "u" }],
    [{ operation: "complete_multipart", upload_id: "u" }, "POST", { uploadId: "u" }],
    [{ operation: "abort_multipart", upload_id: "u" }, "DELETE", { uploadId: "u" }],
  ])("%o", async (body, method, asked) => {
    const answer = await sign(body);

    expect(answer).toMatchObject({ status: 200, body: { method }, asked });
    expect(answer.path).toBe(`/uploads/${aJobId}/source`);
  });

  test.each([
    [1, 16],
    [2, 16],
    [3, 8],
  ])("part %i with its exact size", async (part_number, mebibytes) => {
    const { asked } = await sign({ operation: "upload_part", upload_id: "u", part_number });

    expect(asked).toEqual({
      uploadId: "u",
      partNumber: String(part_number),
      sizeBytes: String(mebibytes * mebibyte),
    });
  });
});

test("a part after the last is refused, and the number of parts is told", async () => {
  const { status, body } = await sign({ operation: "upload_part", upload_id: "u", part_number: 4 });

  expect(status).toBe(400);
  expect(body.detail).toBe("part_number: the upload has 3 parts");
});

test("one PUT above S3's limit is refused", async () => {
  const row = { ...awaiting, sizeBytes: 6 * 1024 * mebibyte };

  expect(await sign({ operation: "put" }, row)).toMatchObject({
    status: 400,
    body: { code: "INVALID_REQUEST" },
  });
});

test.each([
  { operation: "delete_bucket" },
  { operation: "list_parts" },
  { operation: "put", key: "uploads/of-another/source" },
])("%o is no request", async (body) => {
  expect(await sign(body)).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
});

test("nothing is signed once the job does not wait for its video any more", async () => {
  const { status, body } = await sign({ operation: "put" }, { ...awaiting, status: "pending" });

  expect(status).toBe(409);
  expect(body).toMatchObject({ code: "UPLOAD_NOT_EXPECTED", detail: "The job is pending." });
});

test("nothing is signed for another's job", async () => {
  const answer = await sign({ operation: "put" }, { ...awaiting, owner: "others" });

  expect(answer).toMatchObject({ status: 404, body: { code: "JOB_NOT_FOUND" } });
});
