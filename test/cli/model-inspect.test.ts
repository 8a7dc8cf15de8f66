import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ModelManifest } from "../../contracts/model.ts";
import { cliWorld } from "../support/cli-world.ts";
import { families } from "../support/onnx/families.ts";
import { writeFamily } from "../support/onnx/family.ts";

async function worldWith(id: string) {
  const world = await cliWorld();
  const family = families.find((each) => each.id === id)!;
  writeFamily(world.folder, family);
  const inspect = (...flags: readonly string[]) =>
    world.cli(["model", "inspect", `${id}.onnx`, ...flags]);
  return { ...world, family, inspect };
}

test("family, confidence, evidence and questions go to stdout, and nobody is asked", async () => {
  const { inspect, system } = await worldWith("yolox");

  const { exitCode, stdout } = await inspect();

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^family +yolox\nconfidence +0\.30 \(it would ask\)\nevidence +output \(probe/,
  );
  expect(stdout).toMatch(/questions +How are the outputs to be read\?[\s\S]*--classes coco\|FILE/);
  expect(system.asked).toHaveLength(0);
});

test("--json is one object with the manifest as far as it is known", async () => {
  const { inspect, family } = await worldWith("ultralytics-v8");

  const { stdout } = await inspect("--json");

  const json = JSON.parse(stdout) as { readonly manifest: object };
  expect(json).toMatchObject({ family: "ultralytics", confidence: 0.99, questions: [] });
  expect(json.manifest).toMatchObject({ classes: family.manifest.classes });
});

test("--write-manifest writes one that is complete, with the names from a file", async () => {
  const { inspect, folder, family } = await worldWith("yolox");
  await writeFile(join(folder, "names.txt"), family.manifest.classes.join("\n"));

  const { exitCode } = await inspect("--classes", "names.txt", "--write-manifest", "out.json");

  expect(exitCode).toBe(0);
  const written = ModelManifest.parse(JSON.parse(await readFile(join(folder, "out.json"), "utf8")));
  const { input, output, classes, file } = family.manifest;
  expect(written).toMatchObject({ input, output, classes, file, derived: { by: "probe" } });
});

test("--write-manifest with questions open writes nothing and names the flags", async () => {
  const { inspect, folder } = await worldWith("yolox");

  const { exitCode, stderr } = await inspect("--write-manifest", "out.json");

  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/nobody is here to ask[\s\S]*--classes[\s\S]*--yes/);
  await expect(readFile(join(folder, "out.json"))).rejects.toThrow("ENOENT");
});

test("a map of classes with a gap is refused with the reason", async () => {
  const { inspect, folder } = await worldWith("yolo-v5");
  await writeFile(join(folder, "labelmap.txt"), "0 player\n1 ball\n3 referee\n");

  const { exitCode, stderr } = await inspect("--classes", "labelmap.txt");

  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("from 0 on, without a gap")]);
});

test.each([
  [["--classes", "a,b"], 1, "3 classes, but 2 were named"],
  [["--classes", "missing.txt"], 2, "no such file"],
  [["--classes", "a,,b"], 2, "a name is empty"],
  [["--set", "pixels=purple"], 2, "Known are rgb-unit"],
  [["--set", "family=detr"], 1, "cannot be read as those of"],
  [["--set", "post.iou=5"], 1, "post.iou: Too big"],
  [["--set", "size=640x640"], 1, 'as float32 of 1 × 3 × 96 × 160, but would be fed "images" as'],
])("%j is refused", async (flags, code, words) => {
  const { inspect } = await worldWith("yolo-v5");

  const { exitCode, stderr } = await inspect(...flags);

  expect([exitCode, stderr]).toEqual([code, expect.stringContaining(words)]);
});
