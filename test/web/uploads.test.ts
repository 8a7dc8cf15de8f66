import { beforeEach, describe, expect, test } from "vitest";
import { ApiProblem } from "../../web/api/client.ts";
import {
  forgetPending,
  isSameFile,
  keepPending,
  listPending,
} from "../../web/upload/pending-uploads.ts";
import type { PendingUpload } from "../../web/upload/pending-uploads.ts";
import { rateMeter } from "../../web/upload/rate.ts";
import { signOperation, signRequestWith } from "../../web/upload/sign-request.ts";
import { uploadFault } from "../../web/upload/upload-fault.ts";

describe("a request of Uppy's", () => {
  const key = "job";

  test.each([
    [{ method: "PUT", key }, { operation: "put" }],
    [{ method: "POST", key }, { operation: "create_multipart" }],
    [
      { method: "PUT", key, uploadId: "u", partNumber: 3 },
      { operation: "upload_part", upload_id: "u", part_number: 3 },
    ],
    [
      { method: "GET", key, uploadId: "u" },
      { operation: "list_parts", upload_id: "u" },
    ],
    [
      { method: "POST", key, uploadId: "u" },
      { operation: "complete_multipart", upload_id: "u" },
    ],
    [
      { method: "DELETE", key, uploadId: "u" },
      { operation: "abort_multipart", upload_id: "u" },
    ],
  ])("%j stands for %j", (request, operation) => {
    expect(signOperation(request)).toEqual(operation);
  });

  test("that would delete the video stands for nothing", () => {
    expect(() => signOperation({ method: "DELETE", key })).toThrow("No operation");
  });

  test("gets the signed headers exactly", async () => {
    const headers = { "content-type": "video/mp4", "if-none-match": "*" };
    const sign = signRequestWith(async () => ({
      method: "PUT",
      url: "https://bucket/x",
      headers,
      expires_at: "",
    }));

    expect(await sign({ method: "PUT", key })).toEqual({ url: "https://bucket/x", headers });
  });
});

describe("uploads kept over a reload", () => {
  const entries = new Map<string, string>();
  const storage = {
    getItem: (name: string) => entries.get(name) ?? null,
    setItem: (name: string, value: string) => void entries.set(name, value),
  } as Storage;
  const pending: PendingUpload = {
    jobId: "01j",
    name: "a.mp4",
    sizeBytes: 100,
    lastModified: 5,
    partBytes: 50,
    multipart: true,
    uploadId: "u",
    bytesStored: 50,
    begunAt: 1000,
  };
  beforeEach(() => entries.clear());

  test("come back as they were, the newest state of each", () => {
    keepPending(storage, { ...pending, bytesStored: 0 });
    keepPending(storage, { ...pending, jobId: "02k" });
    keepPending(storage, pending);

    expect(listPending(storage, 2000)).toEqual([{ ...pending, jobId: "02k" }, pending]);
  });

  test("are gone when forgotten, and after a day", () => {
    keepPending(storage, pending);
    expect(listPending(storage, 1000 + 25 * 3600 * 1000)).toEqual([]);
    forgetPending(storage, "01j", 2000);
    expect(listPending(storage, 2000)).toEqual([]);
  });

  test.each(["{", "null", "7", '[{"jobId":1}]'])("pass over %j in the storage", (text) => {
    entries.set("framequeue.uploads", text);

    expect(listPending(storage, 2000)).toEqual([]);
  });

  test("go on with the same file only", () => {
    const file = { name: "a.mp4", size: 100, lastModified: 5 };

    expect(isSameFile(pending, file)).toBe(true);
    expect(isSameFile(pending, { ...file, lastModified: 6 })).toBe(false);
    expect(isSameFile(pending, { ...file, size: 101 })).toBe(false);
    expect(isSameFile(pending, { ...file, name: "b.mp4" })).toBe(false);
  });
});

describe("a failed upload", () => {
  const problem = (code: string) =>
    new ApiProblem({ code, status: 409, title: "T", detail: "D", hint: "H" });

  test("that was refused because the object is there may be done", () => {
    expect(uploadFault({ status: 412 })).toEqual({ kind: "perhaps-done" });
    expect(uploadFault(problem("UPLOAD_NOT_EXPECTED"))).toEqual({ kind: "perhaps-done" });
  });

  test("that the store has forgotten starts over", () => {
    const fault = uploadFault({ status: 404, serviceCode: "NoSuchUpload" });

    expect(fault).toEqual({ kind: "start-over" });
  });

  test.each([
    [new Error("Network error"), /does not answer/, /CORS/],
    [{ status: 403, serviceCode: "AccessDenied" }, /refused.*AccessDenied/, /signature/],
    [{ status: 503, serviceCode: "SlowDown" }, /503 \(SlowDown\)/, /busy/],
    [problem("JOB_NOT_FOUND"), /^T$/, /^H$/],
  ])("says what to do: %s", (error, message, hint) => {
    const fault = uploadFault(error);

    expect(fault).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});

test("the rate is that of the last seconds, and begins anew when a part is sent again", () => {
  const rate = rateMeter(1000);

  expect(rate(0, 0)).toBe(null);
  expect(rate(1000, 1000)).toBe(1000);
  expect(rate(3000, 2000)).toBe(2000);
  expect(rate(500, 2100)).toBe(null);
});
