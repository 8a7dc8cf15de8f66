import type { GraphNode, OnnxModel } from "../../onnx/graph.ts";

/** What a part of a row is: whole numbers (a class, a picture of the batch), or others (a score, a box). */
export type RowPart = "whole" | "other";

// Steps after which a row is still the same row.
const keeps = new Set(
  "Unsqueeze Squeeze Reshape Pad Slice Identity Cast Gather GatherElements GatherND Expand Transpose".split(
    " ",
  ),
);

/** The parts that an output's rows are put together from, in order; undefined where no Concat makes them. */
export function rowPartsOf(model: OnnxModel, output: string): readonly RowPart[] | undefined {
  const makers = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  let node = makers.get(output);
  for (let step = 0; node && node.op !== "Concat"; step++) {
    if (!keeps.has(node.op) || step > 20) return undefined;
    node = makers.get(node.inputs[0] ?? "");
  }
  if (!node || node.inputs.length < 3) return undefined;
  return node.inputs.map((name) => partOf(makers, name));
}

/** Follows one part back: whole numbers were turned into floats by a Cast on the way. */
function partOf(makers: ReadonlyMap<string, GraphNode>, name: string): RowPart {
  let node = makers.get(name);
  for (let step = 0; node && keeps.has(node.op) && step < 20; step++) {
    if (node.op === "Cast") return "whole";
    node = makers.get(node.inputs[0] ?? "");
  }
  return "other";
}
