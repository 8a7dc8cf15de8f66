import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { ApiEnvironment, readEnvironment, WorkerEnvironment } from "../../contracts/environment.ts";

const places = {
  JOBS_TABLE: "jobs",
  MEDIA_BUCKET: "media",
  WORK_QUEUE_URL: "http://127.0.0.1:4566/000000000000/work",
};

test("a missing variable is named, and so is every other one", () => {
  expect(() => readEnvironment(ApiEnvironment, { JOBS_TABLE: "jobs" })).toThrow(
    /MEDIA_BUCKET[\s\S]*WORK_QUEUE_URL/,
  );
});

test("numbers come as text and leave as numbers", () => {
  const read = readEnvironment(WorkerEnvironment, { ...places, LEASE_SECONDS: "4" });

  expect(read.LEASE_SECONDS).toBe(4);
  expect(read.HEARTBEAT_SECONDS).toBe(limits.heartbeatSeconds);
});

test("a lease of zero seconds is refused", () => {
  expect(() => readEnvironment(WorkerEnvironment, { ...places, LEASE_SECONDS: "0" })).toThrow(
    /LEASE_SECONDS/,
  );
});
