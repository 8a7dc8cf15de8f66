import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import pitch from "../../../../models/pitch/manifest.json" with { type: "json" };
import { classListClaims } from "../../../../models/inspect/sources/class-lists.ts";
import { huggingFaceClaims } from "../../../../models/inspect/sources/hugging-face.ts";
import { ownManifestClaims } from "../../../../models/inspect/sources/own-manifest.ts";
import { paddleClaims } from "../../../../models/inspect/sources/paddle.ts";
import { plainClaims } from "../../../../models/inspect/sources/plain-metadata.ts";
import { roboflowClaims } from "../../../../models/inspect/sources/roboflow.ts";
import { sidecarFiles } from "../../../../models/inspect/sources/sidecar-files.ts";
import { scratchFolder } from "../../../support/scratch-folder.ts";

/** The files beside players.onnx. */
function beside(files: Readonly<Record<string, unknown>>) {
  const folder = scratchFolder();
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
  return sidecarFiles(join(folder, "players.onnx"));
}
const patches = (claims: readonly { readonly part: string; readonly patch: object }[]) =>
  Object.fromEntries(claims.map(({ part, patch }) => [part, patch]));

test.each([
  ["classes.txt", "player\nball\n"],
  ["labels.txt", "1  ball\n0  player\n"],
  ["labels.txt", "0: player\n1: ball\n"],
  ["obj.names", "player\r\nball\r\n"],
  ["data.yaml", "train: images\nnames:\n  0: player\n  1: ball\n"],
  ["data.yml", "names: [player, ball]"],
  ["players.txt", "player\nball"],
  ["classes.json", '["player", "ball"]'],
  ["labels.json", '{"0": "player", "1": "ball"}'],
])("%s beside the model names its classes", async (name, text) => {
  const claims = await classListClaims(await beside({ [name]: text }));

  expect(patches(claims)).toEqual({ classes: { classes: ["player", "ball"] } });
});

test("names that begin with a number are no numbers of classes", async () => {
  const names = ["1 euro", "2 euro"];

  const claims = await classListClaims(await beside({ "classes.txt": names.join("\n") }));

  expect(patches(claims)).toEqual({ classes: { classes: names } });
});

test("a list with a gap names nothing, as later classes would move", async () => {
  expect(await classListClaims(await beside({ "classes.txt": "player\n\nball\n" }))).toEqual([]);
});

test.each(["0 player\n2 ball", "0: player\n0: ball", "1: player\n2: ball", "0, player\n2, ball"])(
  "a map with a gap or a double names nothing: %j",
  async (text) => {
    expect(await classListClaims(await beside({ "labels.txt": text }))).toEqual([]);
  },
);

test("a list of which only some names begin with a number is taken as it is", async () => {
  const names = ["person", "0 euro", "1: goal"];

  const claims = await classListClaims(await beside({ "classes.txt": names.join("\n") }));

  expect(patches(claims)).toEqual({ classes: { classes: names } });
});

test("the list of the model's own name is surer than a common one", async () => {
  const [own, common] = await classListClaims(
    await beside({ "classes.txt": "a\nb", "players.names": "player\nball" }),
  );

  expect(own?.patch.classes).toEqual(["player", "ball"]);
  expect(own?.confidence).toBeGreaterThan(common?.confidence ?? 1);
});

const file = { sha256: "a".repeat(64), sizeBytes: 5 };

test("a manifest of ours beside the model says every part", async () => {
  const { file: _, ...manifest } = pitch;
  const { claims, warning } = await ownManifestClaims(
    await beside({ "players.json": manifest }),
    file,
  );

  expect(warning).toBeUndefined();
  expect(patches(claims)).toMatchObject({
    name: { name: "pitch" },
    classes: { classes: pitch.classes },
    size: { input: { width: pitch.input.width } },
    output: { output: pitch.output },
  });
});

test("a manifest of another file, and an incomplete one, are left alone with a warning", async () => {
  for (const json of [pitch, { ...pitch, classes: [], file: {} }]) {
    const { claims, warning } = await ownManifestClaims(
      await beside({ "players.json": json }),
      file,
    );

    expect(claims).toEqual([]);
    expect(warning).toContain("players.json");
  }
});

test("Hugging Face's files say activation, classes and pixels, from above the folder onnx too", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "onnx"));
  const config = { model_type: "yolos", id2label: { 0: "player", 1: "ball" } };
  const preprocessor = {
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
    size: { height: 512, width: 800 },
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "preprocessor_config.json"), JSON.stringify(preprocessor));

  const claims = await huggingFaceClaims(await sidecarFiles(join(folder, "onnx", "model.onnx")));

  expect(patches(claims)).toMatchObject({
    classes: { classes: ["player", "ball"] },
    output: { output: { activation: "softmax" } },
    pixels: { input: { channels: "RGB", mean: [0.5, 0.5, 0.5] } },
    fit: { input: { resize: "stretch" } },
    size: { input: { width: 800, height: 512 } },
  });
});

const landscape = { width: 1333, height: 800 };
test.each([
  [{ size: { shortest_edge: 800, longest_edge: 1333 }, do_pad: true }, landscape],
  [{ size: { shortest_edge: 800, longest_edge: 1333 } }, landscape],
  [{ size: 800, max_size: 1333 }, landscape],
  [{ size: { longest_edge: 640 }, do_pad: false }, undefined],
])(
  "Hugging Face's limits for the edges keep the aspect, which is asked about: %j",
  async (facts, size) => {
    const claims = await huggingFaceClaims(await beside({ "preprocessor_config.json": facts }));
    const about = (part: string) => claims.find((claim) => claim.part === part);

    expect(about("fit")).toMatchObject({
      isOpen: true,
      patch: { input: { resize: "letterbox", anchor: "top-left" } },
    });
    expect(about("size")?.patch.input).toEqual(size);
    for (const { confidence } of claims) expect(confidence).toBeLessThan(0.9);
  },
);

test("what Hugging Face's older files leave out is what its processors do by default", async () => {
  const facts = { size: 512, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };

  const claims = await huggingFaceClaims(await beside({ "preprocessor_config.json": facts }));

  expect(patches(claims)).toMatchObject({
    pixels: { input: { scale: 1 / 255, mean: [0.5, 0.5, 0.5] } },
    size: { input: { width: 512, height: 512 } },
    fit: { input: { resize: "stretch" } },
  });
});

test("a byte order mark in front is no part of a file", async () => {
  const config = JSON.stringify({ id2label: { 0: "player", 1: "ball" } });

  const claims = await huggingFaceClaims(await beside({ "config.json": `\uFEFF${config}` }));

  expect(patches(claims)).toEqual({ classes: { classes: ["player", "ball"] } });
});

test("placeholders of Hugging Face are no names", async () => {
  const config = { model_type: "detr", id2label: { 0: "LABEL_0", 1: "LABEL_1" } };

  const claims = await huggingFaceClaims(await beside({ "config.json": config }));

  expect(claims.map(({ part }) => part)).not.toContain("classes");
});

test("Roboflow's configuration says pixels, fit and size", async () => {
  const claims = await roboflowClaims(
    await beside({
      "inference_config.json": {
        network_input: {
          training_input_size: { height: 384, width: 640 },
          color_mode: "bgr",
          resize_mode: "letterbox",
          padding_value: 0,
          scaling_factor: 255,
          normalization: [
            [0.1, 0.2, 0.3],
            [0.4, 0.5, 0.6],
          ],
        },
      },
    }),
  );

  expect(patches(claims)).toEqual({
    pixels: {
      input: { channels: "BGR", scale: 1 / 255, mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6] },
    },
    fit: { input: { resize: "letterbox", anchor: "center", pad: 0 } },
    size: { input: { width: 640, height: 384 } },
  });
});

test("a way of resizing that nobody here knows is a question, whatever the convention", async () => {
  const network = { color_mode: "rgb", resize_mode: "center-crop", scaling_factor: 255 };

  const claims = await roboflowClaims(
    await beside({ "inference_config.json": { network_input: network } }),
  );

  expect(claims.find(({ part }) => part === "fit")).toMatchObject({
    isOpen: true,
    why: expect.stringContaining("center-crop"),
  });
});

const paddle = (steps: readonly object[]) =>
  JSON.stringify({ mode: "paddle", arch: "YOLO", Preprocess: steps, label_list: ["hat", "vest"] });
const stretch = { type: "Resize", interp: 2, keep_ratio: false, target_size: [384, 640] };
const normalise = { type: "NormalizeImage", is_scale: true, mean: [0.4, 0.5, 0.6], std: [1, 2, 3] };

test.each([
  ["infer_cfg.yml", "mean_std", { mean: [0.4, 0.5, 0.6], std: [1, 2, 3] }],
  ["inference.yml", "none", { mean: [0, 0, 0], std: [1, 1, 1] }],
])("Paddle's %s of %s says pixels, fit, size and classes", async (name, norm_type, values) => {
  const steps = [stretch, { ...normalise, norm_type }, { type: "Permute" }];

  const claims = await paddleClaims(await beside({ [name]: paddle(steps) }));

  expect(patches(claims)).toEqual({
    pixels: { input: { channels: "RGB", scale: 1 / 255, ...values } },
    fit: { input: { resize: "stretch" } },
    size: { input: { width: 640, height: 384 } },
    classes: { classes: ["hat", "vest"] },
  });
});

test.each([
  [[{ ...stretch, keep_ratio: true }, normalise, { type: "PadStride", stride: 32 }]],
  [[stretch, normalise, { type: "Pad", size: [640, 640] }]],
  [[{ type: "WarpAffine" }, normalise]],
])("steps of Paddle's that do more than stretch are a question: %j", async (steps) => {
  const claims = await paddleClaims(await beside({ "infer_cfg.yml": paddle(steps) }));

  expect(claims.find(({ part }) => part === "fit")).toMatchObject({ isOpen: true });
});

test("what is not JSON, not ours or larger than a sidecar says nothing", async () => {
  const files = await beside({
    "players.json": "{",
    "config.json": "[]",
    "model_config.json": { network_input: 7 },
    "infer_cfg.yml": "Preprocess: [a, {b",
    "classes.txt": "x\n".repeat(1_000_000),
  });

  expect((await ownManifestClaims(files, file)).claims).toEqual([]);
  expect(await huggingFaceClaims(files)).toEqual([]);
  expect(await roboflowClaims(files)).toEqual([]);
  expect(await paddleClaims(files)).toEqual([]);
  expect(await classListClaims(files)).toEqual([]);
});

test("metadata of no known author still names classes and licence", () => {
  const claims = plainClaims({ classes: "player,ball", license: "MIT", description: "a model" });

  expect(patches(claims)).toEqual({
    classes: { classes: ["player", "ball"] },
    licence: { licence: "MIT" },
    description: { description: "a model" },
  });
});
