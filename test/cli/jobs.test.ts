import { expect, test } from "vitest";
import { JobView } from "../../contracts/api.ts";
import { cliWorld } from "../support/cli-world.ts";
import { jobView } from "../support/fake-api.ts";

async function worldWith(...jobs: JobView[]) {
  const world = await cliWorld();
  for (const job of jobs) world.system.jobs.set(job.job_id, job);
  return world;
}

test("ls lists one line per job, and one object with --json", async () => {
  const blocked_reason = { code: "NO_WORKER", message: "None." } as const;
  const waiting = jobView({ status: "pending", filename: "a.mp4", blocked_reason });
  const done = jobView({ status: "cancelled", filename: "b.mp4" });
  const { cli } = await worldWith(waiting, done);

  const table = await cli(["jobs", "ls"]);
  const { stdout } = await cli(["jobs", "ls", "--json"]);

  expect(table.stdout.trim().split("\n")).toHaveLength(3);
  expect(table.stdout).toMatch(
    new RegExp(`^${waiting.job_id} +pending .*NO_WORKER +a\\.mp4$`, "m"),
  );
  const { jobs } = JSON.parse(stdout) as { jobs: unknown[] };
  expect(jobs.map((job) => JobView.parse(job).filename)).toEqual(["b.mp4", "a.mp4"]);
});

test("an empty list is empty on stdout", async () => {
  const { cli } = await worldWith();

  const { stdout, stderr } = await cli(["jobs", "ls"]);

  expect(stdout).toBe("");
  expect(stderr).toContain("no jobs");
});

test("get shows a job and its history", async () => {
  const job = jobView({ status: "cancelled" });
  const { cli } = await worldWith(job);

  const { exitCode, stdout } = await cli(["jobs", "get", job.job_id]);

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/is cancelled[\s\S]*submitted/);
});

test.each([["get"], ["watch"], ["cancel"], ["retry"], ["rm"]])(
  "%s of an unknown job exits with 5",
  async (verb) => {
    const { cli } = await worldWith();

    const { exitCode, stdout, stderr } = await cli(["jobs", verb, "01jc0000000000000000000000"]);

    expect(exitCode).toBe(5);
    expect(stderr).toContain("JOB_NOT_FOUND");
    expect(stdout).toBe("");
  },
);

test("watch ends with the job and exits as it has ended", async () => {
  const job = jobView({ status: "failed" });
  const { cli } = await worldWith(job);

  const { exitCode } = await cli(["jobs", "watch", job.job_id]);

  expect(exitCode).toBe(3);
});

test("cancel, retry and rm do so", async () => {
  const job = jobView({ status: "running" });
  const other = jobView({ status: "failed" });
  const { cli, system } = await worldWith(job, other);

  await cli(["jobs", "cancel", job.job_id]);
  const cancelled = system.jobs.get(job.job_id)?.status;
  await cli(["jobs", "retry", other.job_id]);
  const { run } = system.jobs.get(other.job_id)!;
  const removed = await cli(["jobs", "rm", job.job_id, other.job_id]);

  expect(cancelled).toBe("cancelled");
  expect(run).toBe(2);
  expect(removed.exitCode).toBe(0);
  expect(system.jobs.size).toBe(0);
});
