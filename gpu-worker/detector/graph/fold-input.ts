import type { ModelInput } from "../../../contracts/model.ts";
import type { GraphChange } from "./change-graph.ts";
import { dataTypes, type Constant, type Node } from "./graph-bytes.ts";

/** What makes a graph take a frame's bytes. */
export interface InputFold {
  readonly change: Partial<GraphChange>;
  /** Name of the input that takes them, as uint8. */
  readonly inputName: string;
}

/** Dimensions of an input of so many pictures. */
export function inputDims(
  { layout, width, height }: Pick<ModelInput, "layout" | "width" | "height">,
  batch: number,
): number[] {
  const picture = layout === "NCHW" || layout === "CHW" ? [3, height, width] : [height, width, 3];
  return layout.startsWith("N") ? [batch, ...picture] : picture;
}

/**
 * Puts what a manifest says of the values (value × scale − mean) / std into the graph, in front of its input, so that no
 * pixel is touched in JavaScript; in float32, and only then in the input's own type. A uint8 input stays as it is.
 */
export function foldInput(input: ModelInput, batch: number): InputFold {
  if (input.dtype === "uint8") return { change: {}, inputName: input.name };

  const inputName = "framequeue_frames";
  const steps: { opType: string; constant?: Constant; to?: number }[] = [
    { opType: "Cast", to: dataTypes.float32 },
  ];
  const planar = input.layout === "NCHW" || input.layout === "CHW";
  const perChannel = (name: string, value: (channel: number) => number): Constant => ({
    name: `framequeue_${name}`,
    dims: planar ? [3, 1, 1] : [3],
    values: Float32Array.from([0, 1, 2], value),
  });
  const factor = perChannel("factor", (channel) => input.scale / input.std[channel]!);
  const offset = perChannel("offset", (channel) => -input.mean[channel]! / input.std[channel]!);
  if (factor.values.some((value) => value !== 1)) steps.push({ opType: "Mul", constant: factor });
  if (offset.values.some((value) => value !== 0)) steps.push({ opType: "Add", constant: offset });
  if (input.dtype === "float16") steps.push({ opType: "Cast", to: dataTypes.float16 });

  const nodes = steps.map(({ opType, constant, to }, index): Node => ({
    opType,
    inputs: [index === 0 ? inputName : between(index), ...(constant ? [constant.name] : [])],
    output: index === steps.length - 1 ? input.name : between(index + 1),
    ...(to !== undefined && { attributes: { to } }),
  }));
  const change = {
    dropped: [input.name],
    inputs: [{ name: inputName, type: "uint8" as const, dims: inputDims(input, batch) }],
    before: nodes,
    constants: steps.flatMap(({ constant }) => (constant ? [constant] : [])),
  };
  return { change, inputName };
}

const between = (step: number): string => `framequeue_step_${step}`;
