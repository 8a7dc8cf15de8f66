import { tensorsOf } from "../../contracts/output-tensors.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import type { Dim, GraphValue, OnnxModel } from "../onnx/graph.ts";
import { ModelRefused } from "../model-refused.ts";
import type { Patch } from "./claim.ts";
import type { GraphView, ImageInput } from "./view.ts";

/** Throws ModelRefused where the picture would go in by another name, type or shape than the graph is fixed to. */
export function refuseMisfit(
  { input = {} }: Patch,
  { model, image }: Pick<GraphView, "model" | "image">,
): void {
  const taken = model.inputs.find((each) => each.name === image.name)!;
  const hint = "Leave out the setting that contradicts the graph, or export the model so.";
  refuseUnlike(taken, { ...image, ...input }, hint);
}

/**
 * Throws ModelRefused where a manifest names inputs or outputs that the graph has not, leaves one of its inputs out, or would
 * feed the picture in another type or shape than the graph is fixed to.
 */
export function refuseForeign(
  { input, output }: Pick<ModelManifest, "input" | "output">,
  { inputs, outputs }: Pick<OnnxModel, "inputs" | "outputs">,
): void {
  const hint = "Correct the manifest; Netron shows the graph's inputs and outputs.";
  const fed = [input.name, ...input.extras.map(({ name }) => name)];
  const read = Object.values(tensorsOf(output)).flat();
  const sides = [
    ["input", fed, inputs],
    ["output", read, outputs],
  ] as const;
  for (const [side, names, values] of sides) {
    const missing = names.find((name) => !values.some((value) => value.name === name));
    if (missing === undefined) continue;
    const there = values.map(({ name }) => `"${name}"`).join(", ") || "none";
    throw new ModelRefused(`The graph has no ${side} "${missing}"; it has ${there}.`, { hint });
  }
  const unfed = inputs.find(({ name }) => !fed.includes(name));
  if (unfed) {
    throw new ModelRefused(`The manifest says nothing of the graph's input "${unfed.name}".`, {
      hint: "Name it under input.extras (docs/models.md), or export the model without it.",
    });
  }
  refuseUnlike(
    inputs.find(({ name }) => name === input.name)!,
    input,
    hint,
  );
}

/** What is not known fits. */
type Fed = Pick<ImageInput, "name" | "dtype" | "layout"> & {
  readonly [Size in "batch" | "width" | "height"]?: ImageInput[Size] | undefined;
};

function refuseUnlike(
  taken: GraphValue,
  { name, dtype, layout, batch, width, height }: Fed,
  hint: string,
): void {
  const sizes: Readonly<Record<string, Dim | undefined>> = { N: batch, C: 3, H: height, W: width };
  const fed = layout.split("").map((axis) => sizes[axis] ?? null);
  const { dims = fed } = taken;
  const isFit =
    fed.length === dims.length &&
    dims.every((dim, axis) => typeof dim !== "number" || fed[axis] === null || fed[axis] === dim);
  if (name === taken.name && dtype === taken.type && isFit) return;

  throw new ModelRefused(
    `The graph takes ${shown(taken.name, taken.type, dims)}, but would be fed ${shown(name, dtype, fed)}.`,
    { hint },
  );
}

const shown = (name: string, dtype: string, dims: readonly Dim[]): string =>
  `"${name}" as ${dtype} of ${dims.map((dim) => dim ?? "?").join(" × ")}`;
