import { describe, expect, test } from "vitest";
import { Problem } from "../../../contracts/api.ts";
import { errorDocs } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { aJobId } from "../../support/job-row.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";

const video = { filename: "match.mp4", size_bytes: 1000 };

test("a problem says what, why, what to do and where it is explained", async () => {
  const { status, headers, body } = await callApi(memorySystem())("getJob", { jobId: aJobId });

  expect(status).toBe(404);
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(Problem.parse(body)).toEqual({
    type: errorDocs("JOB_NOT_FOUND"),
    title: "There is no such job",
    status: 404,
    detail: `There is no job ${aJobId}.`,
    code: "JOB_NOT_FOUND",
    hint: "Check the id; a deleted job is gone for good.",
    instance: `/v1/jobs/${aJobId}`,
    request_id: "request-1",
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  });
});

test("what is no job id is no job", async () => {
  const answer = await callApi(memorySystem())("getJob", { jobId: "../../etc/passwd" });

  expect(answer).toMatchObject({ status: 404, body: { code: "JOB_NOT_FOUND" } });
});

test("a failure of ours is a 500 that tells nothing of its cause", async () => {
  const system = memorySystem();
  system.jobs.find = () => Promise.reject(new Error("secret"));

  const { status, body } = await callApi(system)("getJob", { jobId: aJobId });

  expect(status).toBe(500);
  expect(body).toMatchObject({ code: "INTERNAL", request_id: "request-1" });
  expect(JSON.stringify(body)).not.toContain("secret");
});

describe("the body", () => {
  test.each([
    ["{", "INVALID_JSON", 400],
    ["", "INVALID_JSON", 400],
    ["[]", "INVALID_REQUEST", 400],
    ["null", "INVALID_REQUEST", 400],
    ["{}", "INVALID_REQUEST", 400],
  ])("%o is %s", async (rawBody, code, status) => {
    const answer = await callApi(memorySystem())("submitVideo", { rawBody });

    expect(answer).toMatchObject({ status, body: { code } });
  });

  test("each missing field is named", async () => {
    const { body } = await callApi(memorySystem())("submitVideo", { rawBody: "{}" });

    expect(body.detail).toContain("filename:");
    expect(body.detail).toContain("size_bytes:");
  });

  test("may come in base64, as API Gateway sends what it takes for binary", async () => {
    const rawBody = Buffer.from(JSON.stringify(video)).toString("base64");

    const answer = await callApi(memorySystem())("submitVideo", { rawBody, base64: true });

    expect(answer.status).toBe(201);
  });

  test("that is not UTF-8 is INVALID_JSON", async () => {
    const rawBody = Buffer.from('{"filename":"\xff"}', "latin1").toString("base64");

    const answer = await callApi(memorySystem())("submitVideo", { rawBody, base64: true });

    expect(answer.body.code).toBe("INVALID_JSON");
  });

  test.each([
    ["text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["", 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["application/jsonp", 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["application/json; charset=utf-8", 201, undefined],
    ["application/vnd.api+json", 201, undefined],
  ])("of type %o is answered with %i", async (contentType, status, code) => {
    const headers = { "content-type": contentType };

    const answer = await callApi(memorySystem())("submitVideo", { body: video, headers });

    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
  });

  test("beyond the limit is refused, counted in bytes", async () => {
    const filename = "é".repeat(limits.requestBytesMax / 2);

    const answer = await callApi(memorySystem())("submitVideo", { body: { ...video, filename } });

    expect(answer).toMatchObject({ status: 413, body: { code: "REQUEST_TOO_LARGE" } });
    expect(answer.body.detail).toContain(String(limits.requestBytesMax));
  });
});

describe("an address that no route has", () => {
  test("is ROUTE_NOT_FOUND", async () => {
    const answer = await callApi(memorySystem())("listJobs", {
      routeKey: "$default",
      rawPath: "/v2/jobs",
    });

    expect(answer).toMatchObject({ status: 404, body: { code: "ROUTE_NOT_FOUND" } });
  });

  test("with this method is METHOD_NOT_ALLOWED, and the allowed ones are named", async () => {
    const answer = await callApi(memorySystem())("listJobs", {
      routeKey: "$default",
      rawPath: `/v1/jobs/${aJobId}`,
      method: "PATCH",
    });

    expect(answer).toMatchObject({ status: 405, body: { code: "METHOD_NOT_ALLOWED" } });
    expect(answer.headers["allow"]).toBe("GET, DELETE");
  });
});

test("the document of the API is the one that is generated", async () => {
  const { body } = await callApi(memorySystem())("openapi");

  expect(body.openapi).toBe("3.1.0");
  expect(Object.keys(body.paths)).toContain("/v1/video/submit");
});
