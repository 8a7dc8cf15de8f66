import { expect, test } from "vitest";
import { ApiError } from "../../../cli/client/api-error.ts";
import { createClient } from "../../../cli/client/client.ts";
import { watchJob } from "../../../cli/client/watch.ts";
import type { JobView } from "../../../contracts/api.ts";
import { jobView } from "../../support/fake-api.ts";

function clientThatAnswers(answers: readonly (JobView | number)[]) {
  let asked = 0;
  let now = 0;
  const waitsMs: number[] = [];
  const fetch: typeof globalThis.fetch = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]!;
    if (answer === 0) throw new TypeError("fetch failed");
    if (typeof answer === "number") return new Response("", { status: answer });
    return Response.json(answer);
  };
  return {
    client: createClient({ apiUrl: "http://api.test", fetch, now: () => now }),
    waitsMs,
    sleep: async (ms: number) => {
      waitsMs.push(ms);
      now += ms;
    },
  };
}

test("it ends with the job, after an API that was away", async () => {
  const job = jobView({ status: "pending" });
  const { client, sleep } = clientThatAnswers([job, 0, 503, { ...job, status: "completed" }]);
  const troubles: string[] = [];

  const seen: string[] = [];
  const options = { sleep, onTrouble: ({ code }: ApiError) => troubles.push(code) };
  for await (const { status } of watchJob(client, job.job_id, options)) seen.push(status);

  expect(seen).toEqual(["pending", "completed"]);
  expect(troubles).toEqual(["UNREACHABLE", "UNREADABLE"]);
});

test("a refusal is final", async () => {
  const { client, sleep, waitsMs } = clientThatAnswers([404]);

  const watching = watchJob(client, "gone", { sleep }).next();

  await expect(watching).rejects.toThrow(ApiError);
  expect(waitsMs).toEqual([]);
});

test("an API that is silent for a quarter of an hour ends it", async () => {
  const { client, sleep, waitsMs } = clientThatAnswers([0]);

  const watching = watchJob(client, "x", { sleep }).next();

  await expect(watching).rejects.toThrow(/does not answer/);
  const waitedMs = waitsMs.reduce((sum, ms) => sum + ms, 0);
  expect(waitedMs / 60_000).toBeGreaterThan(15);
  expect(waitedMs / 60_000).toBeLessThan(16);
});

test("it looks less often while nothing changes, and often again when something does", async () => {
  const still = jobView({ status: "pending" });
  const moved = { ...still, status: "running" as const };
  const looks = [
    ...Array.from({ length: 12 }, () => still),
    moved,
    { ...moved, status: "failed" as const },
  ];
  const { client, sleep, waitsMs } = clientThatAnswers(looks);

  for await (const _ of watchJob(client, still.job_id, { sleep })) continue;

  expect(waitsMs[0]).toBe(500);
  expect(waitsMs.slice(1, 12)).toEqual(waitsMs.slice(1, 12).toSorted((a, b) => a - b));
  expect(waitsMs[11]).toBe(5000);
  expect(waitsMs[12]).toBe(500);
});
