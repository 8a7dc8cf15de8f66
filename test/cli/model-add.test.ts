import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtInManifests } from "../../models/catalog.ts";
import { families } from "../support/onnx/families.ts";
import { writeFamily } from "../support/onnx/family.ts";
import { cliWorld } from "../support/cli-world.ts";
import { encodeModel } from "../support/onnx/model-file.ts";

const builtIn = builtInManifests.find(({ name }) => name === "pitch")!;
// The built-in model with a doc_string more (field 6 of ModelProto): another file, of the same signature.
const ownWords = Buffer.from("somebody's own");
const bytes = Buffer.concat([
  readFileSync("models/pitch/model.onnx"),
  Buffer.of(0x32, ownWords.length),
  ownWords,
]);
const sha256 = createHash("sha256").update(bytes).digest("hex");

async function modelWorld(manifest?: object) {
  const world = await cliWorld();
  await writeFile(join(world.folder, "players.onnx"), bytes);
  if (manifest) await writeFile(join(world.folder, "players.json"), JSON.stringify(manifest));
  return world;
}
const { file: _file, ...unbound } = builtIn;
const players = { ...unbound, name: "players" };

test("a manifest without digest and size is completed, and the file arrives", async () => {
  const { system, cli } = await modelWorld(players);

  const { exitCode, stdout, stderr } = await cli([
    "model",
    "add",
    "players.onnx",
    "--manifest",
    "players.json",
  ]);

  expect(exitCode).toBe(0);
  expect(system.models[0]).toMatchObject({
    name: "players",
    file: { sha256, size_bytes: bytes.length },
  });
  expect(system.bucket.objects.get(`models/${sha256}/model.onnx`)?.body.equals(bytes)).toBe(true);
  expect(stdout).toBe("players\n");
  expect(stderr).toContain("detect VIDEO --pipeline players");
});

test("--name overrides the manifest's", async () => {
  const { system, cli } = await modelWorld(players);

  await cli(["model", "add", "players.onnx", "--manifest", "players.json", "--name", "mine"]);

  expect(system.models[0]?.name).toBe("mine");
});

test("a file that is there already is not sent again", async () => {
  const { system, cli } = await modelWorld(players);
  const add = ["model", "add", "players.onnx", "--manifest", "players.json"];
  await cli(add);

  const { exitCode, stderr } = await cli(add);

  expect(exitCode).toBe(0);
  expect(stderr).toContain("there already");
  expect(system.bucket.log).toHaveLength(1);
});

test("--replace asks for it, and says which model had the name", async () => {
  const { system, cli } = await modelWorld(players);
  const add = ["model", "add", "players.onnx", "--manifest", "players.json"];
  system.replaced = { sha256: "cd".repeat(32) };
  await cli(add);

  const { stderr } = await cli([...add, "--replace"]);

  const bodies = system.asked.map(({ body }) => body);
  expect(bodies).toMatchObject([{ manifest: { name: "players" } }, { replace: true }]);
  expect(bodies[0]).not.toHaveProperty("replace");
  expect(stderr).toContain(
    `Pipeline players ran another file until now, of sha256 ${"cd".repeat(32)}`,
  );
});

test("a built-in model is recognised by its bytes", async () => {
  const { system, folder, cli } = await modelWorld();
  const model = join(import.meta.dirname, "../../models/pitch", builtIn.file.path!);
  await copyFile(model, join(folder, "renamed.bin"));

  const { exitCode } = await cli(["model", "add", "renamed.bin"]);

  expect(exitCode).toBe(0);
  expect(system.models[0]).toMatchObject({ name: "pitch", output: builtIn.output });
  expect(system.models[0]?.file.path).toBeUndefined();
  const stored = system.bucket.objects.get(`models/${builtIn.file.sha256}/model.onnx`);
  expect(stored?.body.equals(await readFile(model))).toBe(true);
});

test("a file that is no ONNX model is refused with what to do", async () => {
  const { system, folder, cli } = await modelWorld();
  await writeFile(join(folder, "players.onnx"), "no model of anybody's");

  const { exitCode, stderr } = await cli(["model", "add", "players.onnx"]);

  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/not an ONNX model[\s\S]*yolo export/);
  expect(system.asked).toHaveLength(0);
});

const fixture = (id: string) => families.find((family) => family.id === id)!;

test("a model that says all of itself needs no manifest", async () => {
  const { system, folder, cli } = await modelWorld();
  const family = fixture("ultralytics-v8");
  writeFamily(folder, family);

  const { exitCode, stdout, stderr } = await cli(["model", "add", "ultralytics-v8.onnx"]);

  expect(exitCode).toBe(0);
  expect(stdout).toBe("ultralytics-v8\n");
  expect(stderr).toContain("Recognised as ultralytics");
  const { input, output, classes, file } = family.manifest;
  expect(system.models[0]).toMatchObject({ input, output, classes, file, licence: "AGPL-3.0" });
  expect(system.models[0]?.derived).toMatchObject({ by: "metadata", confidence: 0.99 });
});

test("a model that leaves questions is not added, and the flags that answer are named", async () => {
  const { system, folder, cli } = await modelWorld();
  writeFamily(folder, fixture("nms-inside"));

  const { exitCode, stderr } = await cli(["model", "add", "nms-inside.onnx"]);

  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/--set pixels=[\s\S]*--set fit=[\s\S]*--classes/);
  expect(stderr).not.toContain("--yes");
  expect(system.asked).toHaveLength(0);
});

test("flags answer, --yes accepts the rest, and the manifest says who confirmed what", async () => {
  const { system, folder, cli } = await modelWorld();
  const { id, manifest } = fixture("nms-inside");
  writeFamily(folder, fixture(id));
  const classes = ["--classes", manifest.classes.join(",")];

  const { exitCode, stdout } = await cli([
    "model",
    "add",
    "nms-inside.onnx",
    ...classes,
    "--set",
    "licence=MIT",
    "--set",
    "post.iou=0.6",
    "--name",
    "mine",
    "--yes",
  ]);

  expect([exitCode, stdout]).toEqual([0, "mine\n"]);
  expect(system.models[0]).toMatchObject({
    name: "mine",
    licence: "MIT",
    input: manifest.input,
    post: { iou: 0.6 },
  });
  const evidence = system.models[0]?.derived?.evidence.join("\n");
  expect(evidence).toMatch(/pixels .*confirmed by a person[\s\S]*classes: said by a person/);
});

test("--manifest and --set do not go together", async () => {
  const { cli } = await modelWorld(players);
  const add = ["model", "add", "players.onnx", "--manifest", "players.json"];

  expect((await cli([...add, "--classes", "a,b"])).exitCode).toBe(2);
});

test.each([
  ["is of another file", { file: builtIn.file }, "of another file"],
  [
    "does not fit the graph",
    { output: { decoder: "yolo-v8", tensors: { predictions: "detections" } } },
    'The graph has no output "detections"; it has "output0".',
  ],
])("a manifest that %s is refused before anything is sent", async (_, change, words) => {
  const { system, cli } = await modelWorld({ ...players, ...change });

  const { exitCode, stderr } = await cli([
    "model",
    "add",
    "players.onnx",
    "--manifest",
    "players.json",
  ]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain(words);
  expect(system.asked).toHaveLength(0);
});

test("a file that is no model is refused with a manifest, too", async () => {
  const { system, folder, cli } = await modelWorld(players);
  await writeFile(join(folder, "players.onnx"), "<!DOCTYPE html><title>Sign in</title>");

  const { exitCode } = await cli(["model", "add", "players.onnx", "--manifest", "players.json"]);

  expect(exitCode).toBe(1);
  expect(system.asked).toHaveLength(0);
});

test("every missing field of a manifest is named", async () => {
  const { classes: _classes, licence: _licence, ...rest } = players;
  const { cli } = await modelWorld(rest);

  const { stderr } = await cli(["model", "add", "players.onnx", "--manifest", "players.json"]);

  expect(stderr).toMatch(/licence[\s\S]*classes/);
});

test("weights that lie beside the model are sent with it, as one file", async () => {
  const { folder, system, cli } = await cliWorld();
  const values = Float32Array.of(1, 2);
  const model = (elsewhere?: { location: string }) =>
    encodeModel({
      producer: "pytorch",
      metadata: {},
      inputs: [{ name: "images", dtype: "float32", dims: [1, 3, 384, 640] }],
      outputs: [{ name: "output0", dtype: "float32", dims: [1, 6, 5040] }],
      initializers: [{ name: "weight", dims: [2], data: values, ...(elsewhere && { elsewhere }) }],
      nodes: [],
    });
  await writeFile(join(folder, "players.onnx"), model({ location: "players.onnx.data" }));
  await writeFile(join(folder, "players.onnx.data"), Buffer.from(values.buffer));
  await writeFile(join(folder, "players.json"), JSON.stringify(players));

  const { exitCode } = await cli(["model", "add", "players.onnx", "--manifest", "players.json"]);

  expect(exitCode).toBe(0);
  const { sha256: sent } = system.models[0]!.file;
  expect(system.bucket.objects.get(`models/${sent}/model.onnx`)?.body.equals(model())).toBe(true);
});
