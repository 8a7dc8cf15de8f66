import type { ElementType, OnnxModel } from "../../models/onnx/graph.ts";
import type { ProbeTensor } from "../../models/inspect/probe/probe-messages.ts";
import type { GraphView } from "../../models/inspect/view.ts";

export interface Output {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type?: ElementType;
  /** Values of a trial run. */
  readonly values?: readonly number[];
}

export const emptyModel: OnnxModel = {
  path: "",
  irVersion: 8,
  producer: "",
  opsets: { "": 17 },
  metadata: {},
  inputs: [],
  outputs: [],
  nodes: [],
  tensors: new Map(),
  externalFiles: [],
  functions: new Set(),
};

/** A graph of 640 × 640 pixels with these outputs, as the signatures see it. */
export function viewOf(outputs: readonly Output[], more: Partial<GraphView> = {}): GraphView {
  const run = Object.fromEntries(
    outputs.flatMap(({ name, dims, values }): [string, ProbeTensor][] =>
      values ? [[name, { dims, values: Float32Array.from(values) }]] : [],
    ),
  );
  return {
    model: emptyModel,
    image: { name: "images", dtype: "float32", layout: "NCHW", width: 640, height: 640, batch: 1 },
    width: 640,
    height: 640,
    extras: [],
    outputs: outputs.map(({ name, dims, type = "float32" }) => ({
      name,
      type,
      declared: dims,
      dims,
    })),
    runs: Object.keys(run).length > 0 ? [run] : [],
    range: { range: "unknown" },
    ...more,
  };
}
