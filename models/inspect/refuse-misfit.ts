import type { Dim } from "../onnx/graph.ts";
import { ModelRefused } from "../model-refused.ts";
import type { Patch } from "./claim.ts";
import type { GraphView } from "./view.ts";

/** Throws ModelRefused where the picture would go in by another name, type or shape than the graph is fixed to. */
export function refuseMisfit(
  { input = {} }: Patch,
  { model, image }: Pick<GraphView, "model" | "image">,
): void {
  const { name, dtype, layout, batch, width, height } = { ...image, ...input };
  const dims = model.inputs.find((each) => each.name === image.name)!.dims!;
  const sizes: Readonly<Record<string, Dim | undefined>> = { N: batch, C: 3, H: height, W: width };
  const fed = layout.split("").map((axis) => sizes[axis] ?? null);
  const isFit =
    fed.length === dims.length &&
    dims.every((dim, axis) => typeof dim !== "number" || fed[axis] === null || fed[axis] === dim);
  if (name === image.name && dtype === image.dtype && isFit) return;

  throw new ModelRefused(
    `The graph takes ${shown(image.name, image.dtype, dims)}, but would be fed ${shown(name, dtype, fed)}.`,
    { hint: "Leave out the setting that contradicts the graph, or export the model so." },
  );
}

const shown = (name: string, dtype: string, dims: readonly Dim[]): string =>
  `"${name}" as ${dtype} of ${dims.map((dim) => dim ?? "?").join(" × ")}`;
