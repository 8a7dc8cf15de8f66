import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "../../../cli/client/client.ts";
import { canary } from "../../../cli/doctor/account/canary.ts";
import { FakeFramequeue } from "../../support/fake-framequeue.ts";

async function world() {
  const system = new FakeFramequeue();
  const stop = await system.start();
  const folder = await mkdtemp(join(tmpdir(), "framequeue-canary-"));
  onTestFinished(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });
  const videoPath = join(folder, "video.mp4");
  await writeFile(videoPath, "a video");
  const { apiUrl } = system;
  return {
    system,
    send: (patienceSeconds = 30) =>
      canary(
        { apiUrl, from: "a test", client: createClient({ apiUrl }) },
        { patienceSeconds, signal: new AbortController().signal, videoPath },
      ),
  };
}

test("a video that comes to its result is a system that works, and leaves nothing", async () => {
  const { system, send } = await world();
  system.life = [{ status: "pending" }, { status: "completed" }];

  expect(await send()).toMatchObject({ hop: "canary", verdict: "ok" });
  expect(system.jobs.size).toBe(0);
});

test("a job that fails is told with its code", async () => {
  const { system, send } = await world();
  const error = {
    code: "WORKER_FAILED",
    title: "-",
    message: "no GPU",
    hint: "-",
    docs: "https://example.com",
  };
  system.life = [{ status: "failed", error }];

  expect(await send()).toMatchObject({
    verdict: "broken",
    message: expect.stringMatching(/WORKER_FAILED: no GPU/) as string,
  });
  expect(system.jobs.size).toBe(0);
});

test("a job that waits too long is told with what it waits for, and removed", async () => {
  const { system, send } = await world();
  const blocked_reason = { code: "NO_WORKER", message: "No worker is there." } as const;
  system.life = [{ status: "pending", blocked_reason }];

  expect(await send(2)).toMatchObject({
    verdict: "broken",
    message: expect.stringMatching(/not completed within .*: No worker is there/) as string,
  });
  expect(system.jobs.size).toBe(0);
});
