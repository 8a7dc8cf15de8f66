import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { ResultManifest } from "../../contracts/artifact.ts";
import { exportNames } from "../../contracts/exports/formats.ts";
import { frames, tinyManifest } from "../contracts/exports/tiny-result.ts";
import { cliWorld } from "../support/cli-world.ts";
import { jobView } from "../support/fake-api.ts";

const nowhere = { environment: { FRAMEQUEUE_API: "http://127.0.0.1:9" } };

/** A system with one finished job, whose detections from 0.4 on are shown. */
async function finishedWorld(changes: Partial<ResultManifest["settings"]> = {}) {
  const world = await cliWorld();
  const job = jobView({ status: "completed", summary: tinyManifest().summary });
  const detections = gzipSync(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""));
  const manifest = tinyManifest();
  const entry = {
    name: "detections.ndjson.gz",
    content_type: "application/gzip",
    size_bytes: detections.length,
    sha256: createHash("sha256").update(detections).digest("hex"),
  };
  const whole = {
    ...manifest,
    job_id: job.job_id,
    settings: { ...manifest.settings, ...changes },
    artifacts: [entry],
  };
  world.system.jobs.set(job.job_id, job);
  world.system.results = new Map([
    ["manifest.json", Buffer.from(JSON.stringify(whole))],
    [entry.name, detections],
  ]);
  const rowsOf = async (name: string) =>
    (await readFile(join(world.folder, name), "utf8")).trim().split("\r\n").slice(1);
  return { ...world, id: job.job_id, rowsOf };
}

test("a job is written under its video's name, from the score on that the page shows", async () => {
  const { cli, folder, id, rowsOf } = await finishedWorld();

  const { exitCode, stdout, stderr } = await cli(["jobs", "export", id, "--format", "csv"]);

  expect(exitCode).toBe(0);
  expect(stdout).toBe(`${join(folder, "match_1_2.csv")}\n`);
  expect(stderr).toContain("4 detections from a score of 0.4 on");
  expect(await rowsOf("match_1_2.csv")).toHaveLength(4);
});

test("a score and classes choose what is written", async () => {
  const { cli, id, rowsOf } = await finishedWorld();
  const names = ["--score-min", "0.05"];

  await cli(["jobs", "export", id, "--format", "csv", "--out", "all.csv", ...names]);
  const unknown = await cli(["jobs", "export", id, "--format", "csv", "--classes", "horse"]);

  expect(await rowsOf("all.csv")).toHaveLength(5);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain("no class horse");
});

test.each(exportNames)("%s is made of a saved result, without a system", async (format) => {
  const { cli, folder, id } = await finishedWorld();
  await cli(["jobs", "get", id, "--out", "saved"]);

  const { exitCode, stdout } = await cli(
    ["jobs", "export", "saved", "--format", format, "--out", "made/it"],
    nowhere,
  );

  expect(exitCode).toBe(0);
  expect(stdout).toBe(`${join(folder, "made", "it")}\n`);
  expect(await readdir(join(folder, "made"))).toEqual(["it"]);
});

test("a folder has all of its files", async () => {
  const { cli, folder, id } = await finishedWorld();

  await cli(["jobs", "export", id, "--format", "yolo"]);

  const made = join(folder, "match_1_2-yolo");
  expect((await readdir(made)).sort()).toEqual(["data.yaml", "frames.txt", "labels"]);
  expect(await readdir(join(made, "labels"))).toHaveLength(4);
  expect(await readFile(join(made, "frames.txt"), "utf8")).toContain("frame_000015.jpg\n");
});

test("what is there already is left as it is", async () => {
  const { cli, folder, id } = await finishedWorld();
  await writeFile(join(folder, "match_1_2.csv"), "mine");

  const { exitCode, stderr } = await cli(["jobs", "export", id, "--format", "csv"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("is there already");
  expect(await readFile(join(folder, "match_1_2.csv"), "utf8")).toBe("mine");
});

test.each(["csv", "yolo"])("of bytes that are not the manifest's no %s stays", async (format) => {
  const { cli, folder, id, system } = await finishedWorld();
  system.results.set("detections.ndjson.gz", gzipSync(`${JSON.stringify(frames[0])}\n`));

  const { exitCode, stderr } = await cli(["jobs", "export", id, "--format", format]);

  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/detections\.ndjson\.gz.*not those of the manifest/);
  expect((await readdir(folder)).filter((name) => name.startsWith("match"))).toEqual([]);
});

test("a storage that is in trouble for a moment costs nothing but the moment", async () => {
  const { cli, id, system, rowsOf } = await finishedWorld();
  let reads = 0;
  system.bucket.intercept = async () => (reads++ === 1 ? 503 : undefined);

  const { exitCode } = await cli(["jobs", "export", id, "--format", "csv"]);

  expect(exitCode).toBe(0);
  expect(reads).toBe(3);
  expect(await rowsOf("match_1_2.csv")).toHaveLength(4);
});

test("MOT of a job without a tracker is refused", async () => {
  const { cli, id } = await finishedWorld({ tracker: "none" });

  const { exitCode, stderr } = await cli(["jobs", "export", id, "--format", "mot"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("without a tracker");
});

test("what is no job and no folder says so, and an unknown job exits with 5", async () => {
  const { cli } = await finishedWorld();

  const neither = await cli(["jobs", "export", "saved", "--format", "csv"]);
  const unknown = await cli(["jobs", "export", "01jc0000000000000000000000", "--format", "csv"]);

  expect(neither.exitCode).toBe(1);
  expect(neither.stderr).toContain("no job's id, and no folder");
  expect(unknown.exitCode).toBe(5);
});
