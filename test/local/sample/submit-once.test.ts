import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "../../../cli/client/client.ts";
import { ApiError } from "../../../cli/client/api-error.ts";
import type { JobView } from "../../../contracts/api.ts";
import { submitOnce } from "../../../local/sample/submit-once.ts";
import { videoKeys } from "../../../local/sample/video-keys.ts";
import { temporaryDirectory } from "../support/fixture-app.ts";

const directory = temporaryDirectory();
const path = join(directory.path, "clip.mp4");
beforeAll(() => writeFileSync(path, "a video"));
afterAll(() => directory[Symbol.dispose]());

const gone = () =>
  new ApiError({ code: "JOB_NOT_FOUND", status: 404, title: "gone", detail: "", hint: "" });

/** An API whose keys lead to jobs of these states, in the order in which the keys come. */
function apiOf(...statuses: (JobView["status"] | "deleted")[]) {
  const keys: string[] = [];
  const retried: string[] = [];
  const client = {
    apiUrl: "http://api",
    now: () => 0,
    submitVideo: async (_body: unknown, { idempotencyKey = "" }) => {
      if (!keys.includes(idempotencyKey)) keys.push(idempotencyKey);
      return { job_id: `job-${keys.indexOf(idempotencyKey)}` };
    },
    getJob: async (jobId: string) => {
      const status = statuses[Number(jobId.slice(4))];
      if (status === "deleted") throw gone();
      return { job_id: jobId, status, blocked_reason: null, error: null };
    },
    retryJob: async (jobId: string) => void retried.push(jobId),
  };
  return { client: client as unknown as Client, keys, retried };
}

async function submit({ client }: { client: Client }) {
  const said: string[] = [];
  const jobId = await submitOnce(client, {
    path,
    pipelineId: "pitch",
    memory: { recall: async () => undefined, keep: async () => {}, forget: async () => {} },
    say: (line) => said.push(line),
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  return { jobId, said: said.join("\n") };
}

test.each(["pending", "running", "completed"] as const)(
  "a job that is %s since an earlier start is found, not repeated",
  async (status) => {
    const api = apiOf(status);

    const { jobId, said } = await submit(api);

    expect(jobId).toBe("job-0");
    expect(said).toContain("known from an earlier start");
    expect(api.retried).toEqual([]);
  },
);

test.each(["failed", "cancelled"] as const)("a job that had %s is run again", async (status) => {
  const api = apiOf(status);

  const { jobId, said } = await submit(api);

  expect(api.retried).toEqual([jobId]);
  expect(said).toContain(`It had ${status} and is run again.`);
});

test("expired and deleted jobs are followed by the next, with a key of its own", async () => {
  const api = apiOf("expired", "deleted", "completed");

  expect(await submit(api)).toMatchObject({ jobId: "job-2" });
  expect(new Set(api.keys).size).toBe(3);
});

test("the same bytes, name and pipeline have the same keys, anything else has others", async () => {
  const other = join(directory.path, "other.mp4");
  const key = async (video: { path: string; pipelineId: string }, generation = 0) =>
    (await videoKeys(video))(generation);
  const first = await key({ path, pipelineId: "pitch" });
  writeFileSync(other, "a video");

  expect(await key({ path, pipelineId: "pitch" })).toBe(first);
  const others = [
    await key({ path, pipelineId: "coco" }),
    await key({ path: other, pipelineId: "pitch" }),
    await key({ path, pipelineId: "pitch" }, 1),
  ];
  writeFileSync(path, "another video");
  others.push(await key({ path, pipelineId: "pitch" }));
  expect(new Set([first, ...others]).size).toBe(5);
});
