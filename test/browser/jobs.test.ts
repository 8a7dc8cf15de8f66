import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { jobView } from "../support/fake-api.ts";
import { ago, openWorld } from "../support/page-world.ts";
import type { World } from "../support/page-world.ts";
import { hasBrowser, openPage } from "../support/page.ts";

describe.skipIf(!hasBrowser)("jobs on the page", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.api.jobs.clear();
    world.api.refuse.clear();
  });
  const open = (hash = "") => openPage(world.browser, `${world.origin}/${hash}`);

  test("are listed newest first, move by themselves, and can be filtered by status", async () => {
    world.api.put(jobView({ filename: "older.mp4", status: "cancelled", created_at: ago(60) }));
    const newer = world.api.put(
      jobView({ filename: "newer.mp4", status: "pending", created_at: ago(5) }),
    );
    const { page } = await open();
    const names = page.locator(".job-name");
    await expect.poll(() => names.allTextContents()).toEqual(["newer.mp4", "older.mp4"]);

    world.api.change(newer.job_id, {
      status: "failed",
      error: {
        code: "NOT_A_VIDEO",
        title: "The file is not a video, or too damaged to open",
        message: "ffprobe found no stream.",
        hint: "Play it in another program.",
        docs: "https://example.org/errors#not_a_video",
      },
    });
    await page.getByText("The file is not a video, or too damaged to open").waitFor();
    await page.getByRole("link", { name: "Cancelled" }).click();

    await expect.poll(() => names.allTextContents()).toEqual(["older.mp4"]);
    await page.context().close();
  });

  test("show older ones when asked, and keep them while the list is refreshed", async () => {
    for (let i = 0; i < 60; i++) {
      world.api.put(jobView({ filename: `${i}.mp4`, status: "pending", created_at: ago(60 + i) }));
    }
    const { page } = await open();

    await page.getByRole("button", { name: "Show older jobs" }).click();
    const rows = page.locator(".job");
    await expect.poll(() => rows.count()).toBe(60);
    await page.waitForTimeout(2500);

    expect(await rows.count()).toBe(60);
    await page.context().close();
  });

  test("say in plain words why they wait, and name both queues", async () => {
    const job = world.api.put(
      jobView({
        status: "pending",
        blocked_reason: {
          code: "WORKERS_ON_OTHER_QUEUE",
          message: "1 worker is alive on another queue.",
          queue_id: "queue-a",
          worker_queue_ids: ["queue-b"],
        },
      }),
    );
    const { page } = await open(`#/jobs/${job.job_id}`);

    await page.getByRole("heading", { name: "The workers listen to another queue" }).waitFor();
    const words = await page.locator(".waiting").innerText();
    world.api.change(job.job_id, {
      blocked_reason: { code: "NO_WORKER", message: "No worker has been heard of for 35 s." },
    });
    await page.getByRole("heading", { name: "No worker is running" }).waitFor();

    expect(words).toContain("1 worker is alive on another queue.");
    expect(words).toContain("queue-a");
    expect(words).toContain("queue-b");
    await page.context().close();
  });

  test("show a failure with its code, its hint and where it is explained", async () => {
    const job = world.api.put(
      jobView({
        status: "failed",
        error: {
          code: "NO_VIDEO_STREAM",
          title: "The file has no video in it",
          message: "One audio stream was found.",
          hint: "It holds only sound, subtitles or a still picture.",
          docs: "https://example.org/errors#no_video_stream",
        },
      }),
    );
    const { page } = await open(`#/jobs/${job.job_id}`);
    await page.getByRole("heading", { name: "The file has no video in it" }).waitFor();

    const words = await page.locator(".failure").innerText();
    const link = page.getByRole("link", { name: "What this means" });

    expect(words).toContain("NO_VIDEO_STREAM");
    expect(words).toContain("It holds only sound, subtitles or a still picture.");
    expect(await link.getAttribute("href")).toBe("https://example.org/errors#no_video_stream");
    await page.context().close();
  });

  test("can be retried, cancelled and deleted", async () => {
    const job = world.api.put(jobView({ status: "cancelled" }));
    const { page } = await open(`#/jobs/${job.job_id}`);

    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByText("In the queue").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "Cancelled" }).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Keep it" }).click();
    expect(world.api.jobs.size).toBe(1);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete for good" }).click();
    await page.getByText("No jobs yet").waitFor();

    expect(world.api.jobs.size).toBe(0);
    await page.context().close();
  });

  test("that are not there are said to be not there", async () => {
    const { page } = await open(`#/jobs/01m8507paggd7s6xxacd4c5xq3`);

    await page.getByRole("alert").getByText("There is no such job").first().waitFor();

    await page.context().close();
  });

  test("come back by themselves after the API was away", async () => {
    world.api.refuse.set("listJobs", "INTERNAL");
    world.api.put(jobView({ filename: "patient.mp4", status: "pending" }));
    const { page } = await open();
    await page.getByRole("alert").getByText("Something of ours failed").first().waitFor();

    world.api.refuse.clear();

    await page.getByRole("link", { name: "patient.mp4" }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.context().close();
  });

  test("stand beside the workers that would take them", async () => {
    const { page } = await open();
    const panel = page.getByRole("region", { name: "Workers and queue" });
    await panel.getByText("box-1").waitFor();
    await page.getByText("1 worker idle").waitFor();

    const { health } = world.api;
    const workers = health.workers.map((worker) => ({
      ...worker,
      queue_id: "queue-b",
      on_this_queue: false,
    }));
    world.api.health = { ...health, workers_alive: 0, workers };
    await page.getByText("Workers on another queue").waitFor();

    expect(await panel.innerText()).toContain("queue-b");
    world.api.health = health;
    await page.context().close();
  });

  test("tell of their worker at once: its panel does not call it idle until the next look", async () => {
    const { job_id } = world.api.put(
      jobView({ filename: "next.mp4", status: "pending", created_at: ago(5) }),
    );
    const { health } = world.api;
    const page = await world.browser.newPage();
    await page.clock.install();
    await page.goto(world.origin);
    const panel = page.getByRole("region", { name: "Workers and queue" });
    await panel.getByText("idle").waitFor();
    await page.clock.pauseAt(Date.now() + 1000);

    world.api.change(job_id, { status: "running" });
    const workers = health.workers.map((worker) => ({ ...worker, state: "working" as const }));
    world.api.health = { ...health, workers };
    // The jobs' time to look, not yet the workers'.
    await page.clock.runFor(2000);

    await panel.getByText("working").waitFor();
    world.api.health = health;
    await page.close();
  });
});
