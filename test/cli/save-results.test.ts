import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cliWorld } from "../support/cli-world.ts";

async function completedWorld(files: Readonly<Record<string, string>>) {
  const world = await cliWorld();
  await world.writeVideo("clip.mp4", 1000);
  world.system.publish(files);
  return world;
}

test("--out saves the manifest and every part of it", async () => {
  const { folder, cli } = await completedWorld({
    "detections.ndjson.gz": "lines",
    "poster.jpg": "p",
  });

  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--out", "found"]);

  const names = await readdir(join(folder, "found"));
  expect(exitCode).toBe(0);
  expect(names.sort()).toEqual(["detections.ndjson.gz", "manifest.json", "poster.jpg"]);
  expect(await readFile(join(folder, "found", "detections.ndjson.gz"), "utf8")).toBe("lines");
  expect(stderr).toContain("Saved in");
});

test("a finished job's results can be saved later", async () => {
  const files = { "poster.jpg": "p", "preview.mp4": "v", "sprite.jpg": "s", "thumbnails.vtt": "t" };
  const { system, folder, cli } = await completedWorld(files);
  await cli(["detect", "clip.mp4"]);

  await cli(["jobs", "get", [...system.jobs.keys()][0]!, "--out", "later"]);

  for (const [name, bytes] of Object.entries(files)) {
    expect(await readFile(join(folder, "later", name), "utf8")).toBe(bytes);
  }
});

test("a folder with another job's result is left as it is", async () => {
  const { system, folder, cli } = await completedWorld({ "preview.mp4": "first" });
  await cli(["detect", "clip.mp4", "--out", "found"]);
  const first = [...system.jobs.keys()][0]!;
  const manifest = await readFile(join(folder, "found", "manifest.json"), "utf8");

  await cli(["jobs", "get", first, "--out", "found"]);
  system.publish({ "poster.jpg": "second" });
  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--fps", "1", "--out", "found"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain(`holds the result of another job, ${first}`);
  expect(stderr).toContain("--out DIR");
  expect(await readdir(join(folder, "found"))).toEqual(["manifest.json", "preview.mp4"]);
  expect(await readFile(join(folder, "found", "manifest.json"), "utf8")).toBe(manifest);
});

test("bytes that are not the manifest's are refused and not left behind", async () => {
  const { system, folder, cli } = await completedWorld({ "detections.ndjson.gz": "lines" });
  system.results.set("detections.ndjson.gz", Buffer.from("liars"));

  const { exitCode, stdout, stderr } = await cli([
    "detect",
    "clip.mp4",
    "--out",
    "found",
    "--json",
  ]);

  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/detections\.ndjson\.gz.*not those of the manifest/);
  expect(stderr).toContain("sha256");
  expect(stdout).toBe("");
  expect(await readdir(join(folder, "found"))).toEqual(["manifest.json"]);
});

test("a name that would leave the folder is refused", async () => {
  const { folder, cli } = await completedWorld({ "../outside.txt": "x" });

  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--out", "found"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("not a file name");
  expect(await readdir(folder)).not.toContain("outside.txt");
});

test("a folder with another job's result is refused before anything is uploaded", async () => {
  const { system, cli } = await completedWorld({ "poster.jpg": "first" });
  await cli(["detect", "clip.mp4", "--out", "found"]);

  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--out", "found"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("Nothing was uploaded");
  expect(system.jobs.size).toBe(1);
});

test("a job is saved over itself, and over no other", async () => {
  const { system, folder, cli } = await completedWorld({ "poster.jpg": "first" });
  await cli(["detect", "clip.mp4", "--out", "found", "--idempotency-key", "one"]);
  const again = ["detect", "clip.mp4", "--out", "found", "--idempotency-key"];

  expect((await cli([...again, "one"])).exitCode).toBe(0);
  system.publish({ "poster.jpg": "second", "sprite.jpg": "of the second" });
  expect((await cli([...again, "two"])).exitCode).toBe(1);
  const second = [...system.jobs.keys()][1]!;
  expect((await cli(["jobs", "get", second, "--out", "found"])).exitCode).toBe(1);

  expect(await readFile(join(folder, "found", "poster.jpg"), "utf8")).toBe("first");
  expect(await readdir(join(folder, "found"))).not.toContain("sprite.jpg");
});

test("a manifest of something else is not written over", async () => {
  const { folder, cli } = await completedWorld({ "poster.jpg": "p" });
  await writeFile(join(folder, "manifest.json"), "{}");

  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--out", "."]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("not of a result");
});
