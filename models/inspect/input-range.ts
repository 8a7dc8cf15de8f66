import type { GraphNode, OnnxModel } from "../onnx/graph.ts";
import { readTensor } from "../onnx/tensor-values.ts";

/** What the graph's first steps say about the values that it is made for. */
export interface InputRange {
  /** `raw`: 0–255. `scaled`: about 0–1, or around 0. */
  readonly range: "raw" | "scaled" | "unknown";
  readonly why?: string;
  /** The graph itself scales or normalises, so nothing but that range may be fed. */
  readonly isInGraph?: boolean;
  /** The graph itself turns RGB into BGR, or back. */
  readonly isTurned?: boolean;
  /** Width of the first convolution's kernel; 14 and more are the patches of a transformer. */
  readonly kernel?: number;
}

// Steps that move pixels but leave their values.
const moves = new Set(
  "Cast Transpose Slice Concat Gather Reshape Identity SpaceToDepth AveragePool Pad Unsqueeze Squeeze Split Resize DequantizeLinear QuantizeLinear".split(
    " ",
  ),
);
const arithmetic = new Set(["Div", "Mul", "Sub", "Add"]);

/** Steps of preprocessing that a graph may have; more are no preprocessing. */
const stepsMax = 16;

interface Path {
  readonly steps: readonly GraphNode[];
}

/**
 * Follows the picture to the first convolution. Its weights (with the normalisation folded in) answer to the values they
 * were trained for: sums of |w| per channel of 0.03–0.25 were seen in models for 0–255, of 2–70 in models for about 0–1.
 */
export async function inputRangeOf(model: OnnxModel, input: string): Promise<InputRange> {
  const found = firstConvolution(model, input);
  if (!found) return { range: "unknown" };

  const weights = model.tensors.get(found.convolution.inputs[1] ?? "");
  const [channels, , , kernel] = weights?.dims ?? [];
  const isTurned = await turnsColours(model, input);
  const size = { ...(kernel !== undefined && { kernel }), ...(isTurned && { isTurned }) };
  if (found.path.steps.length > 0) return { ...(await rangeOfSteps(model, found.path)), ...size };
  if (!weights || !channels || found.isNormalisedLater) return { range: "unknown", ...size };

  const values = await readTensor(model, weights);
  if (!values) return { range: "unknown", ...size };
  const perChannel = values.length / channels;
  const sums = Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let at = channel * perChannel; at < (channel + 1) * perChannel; at++) {
      sum += Math.abs(values[at]!);
    }
    return sum;
  }).sort((one, other) => one - other);
  const median = sums[Math.floor(channels / 2)]!;
  const range = median <= rawSumMax ? "raw" : median >= scaledSumMin ? "scaled" : "unknown";
  const made = { raw: "made for 0–255", scaled: "made for about 0–1", unknown: "no clear sign" };
  return {
    range,
    why: `the first convolution's weights (median sum ${median.toPrecision(2)}) are ${made[range]}`,
    ...size,
  };
}

const rawSumMax = 0.6;
const scaledSumMin = 1.2;

function firstConvolution({ nodes }: OnnxModel, input: string) {
  const paths = new Map<string, Path>([[input, { steps: [] }]]);
  for (const node of nodes) {
    const from = node.inputs.flatMap((name) => paths.get(name) ?? []);
    if (from.length === 0) continue;
    const steps = [...new Set(from.flatMap((path) => path.steps))];
    if (node.op === "Conv") {
      const path = paths.get(node.inputs[0] ?? "");
      if (!path) continue;
      const isNormalisedLater = nodes.some(
        ({ op, inputs }) => op === "BatchNormalization" && inputs[0] === node.outputs[0],
      );
      return { convolution: node, path, isNormalisedLater };
    }
    const next = arithmetic.has(node.op)
      ? steps.length < stepsMax
        ? [...steps, node]
        : undefined
      : moves.has(node.op)
        ? steps
        : undefined;
    if (next) for (const output of node.outputs) paths.set(output, { steps: next });
  }
  return undefined;
}

/** Whether a Gather takes the picture's channels in the order 2, 1, 0. */
async function turnsColours(model: OnnxModel, input: string): Promise<boolean> {
  const pictures = new Set([input]);
  for (const { op, inputs, outputs } of model.nodes) {
    if (!pictures.has(inputs[0] ?? "")) continue;
    if (op === "Gather") {
      const tensor = model.tensors.get(inputs[1] ?? "");
      const order = tensor && (await readTensor(model, tensor));
      if (order?.join() === "2,1,0") return true;
    }
    if (moves.has(op) || arithmetic.has(op)) for (const name of outputs) pictures.add(name);
  }
  return false;
}

/** A graph that divides by 255 or takes off means above 1 wants 0–255; one that takes off 0.485 wants 0–1. */
async function rangeOfSteps(model: OnnxModel, { steps }: Path): Promise<InputRange> {
  let largest = 0;
  for (const { op, inputs } of steps) {
    for (const name of inputs) {
      const tensor = model.tensors.get(name);
      for (const value of (tensor && (await readTensor(model, tensor))) ?? []) {
        largest = Math.max(largest, op === "Mul" ? 1 / Math.abs(value || 1) : Math.abs(value));
      }
    }
  }
  if (largest === 0) return { range: "unknown" };
  const names = steps.map(({ op }) => op).join(", ");
  return largest > 8
    ? { range: "raw", isInGraph: true, why: `the graph itself scales 0–255 (${names})` }
    : { range: "scaled", isInGraph: true, why: `the graph itself normalises 0–1 (${names})` };
}
