import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ModelManifest } from "../../../contracts/model.ts";
import { refuseForeign } from "../../../models/inspect/refuse-misfit.ts";
import type { GraphValue } from "../../../models/onnx/graph.ts";
import { readModel } from "../../../models/onnx/read-model.ts";
import { families } from "../../support/onnx/families.ts";
import { writeFamily } from "../../support/onnx/family.ts";

const manifest = families.find(({ id }) => id === "ultralytics-v8")!.manifest;
const [inputs, outputs]: readonly GraphValue[][] = [
  [{ name: "images", type: "float32", dims: [1, 3, 96, 160] }],
  [{ name: "output0", type: "float32", dims: [1, 7, 315] }],
];
const graph = { inputs: inputs!, outputs: outputs! };
const withInput = (input: object) =>
  ModelManifest.parse({ ...manifest, input: { ...manifest.input, ...input } });

test("a manifest that fits is none of its business, also where the graph leaves sizes open", () => {
  expect(() => refuseForeign(manifest, graph)).not.toThrow();
  for (const dims of [["batch", 3, "height", "width"], undefined] as const) {
    const open = [{ name: "images", type: "float32" as const, ...(dims && { dims }) }];
    expect(() => refuseForeign(manifest, { ...graph, inputs: open })).not.toThrow();
  }
});

test.each(families.map((family) => [family.id, family] as const))(
  "the manifest of %s fits its graph",
  async (_, family) => {
    const folder = mkdtempSync(join(tmpdir(), "framequeue-fits-"));
    const model = await readModel(writeFamily(folder, family));
    expect(() => refuseForeign(family.manifest, model)).not.toThrow();
    rmSync(folder, { recursive: true });
  },
);

test.each([
  ["another name", { name: "image" }, 'no input "image"; it has "images"'],
  ["another size", { width: 640 }, "float32 of 1 × 3 × 96 × 160, but would be fed"],
  ["another type", { dtype: "uint8" }, "uint8 of 1 × 3 × 96 × 160"],
  ["another layout", { layout: "NHWC" }, "1 × 96 × 160 × 3"],
  ["another batch", { batch: 4 }, "4 × 3 × 96 × 160"],
  [
    "an input too many",
    { extras: [{ name: "mask", value: "mask", dtype: "int64" }] },
    'no input "mask"',
  ],
])("a picture that would go in by %s is refused", (_, input, words) => {
  expect(() => refuseForeign(withInput(input), graph)).toThrow(words);
});

test("an output that the graph has not is refused, and so is an input that the manifest leaves out", () => {
  const renamed = [{ ...graph.outputs[0]!, name: "predictions" }];
  expect(() => refuseForeign(manifest, { ...graph, outputs: renamed })).toThrow(
    'no output "output0"; it has "predictions"',
  );
  const more = [...graph.inputs, { name: "orig_target_sizes", type: "int64" as const }];
  expect(() => refuseForeign(manifest, { ...graph, inputs: more })).toThrow(
    'nothing of the graph\'s input "orig_target_sizes"',
  );
});
