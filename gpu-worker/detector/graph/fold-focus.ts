import type { ModelManifest } from "../../../contracts/model.ts";
import type { GraphNode, GraphTensor } from "../../../models/onnx/graph.ts";
import { readGraph, type GraphFacts } from "../../../models/onnx/read-graph.ts";
import { tensorValues } from "../../../models/onnx/tensor-values.ts";
import { walkerOf } from "../../../models/onnx/walk-fields.ts";
import { ModelRefused } from "../../../models/model-refused.ts";
import type { GraphChange } from "./change-graph.ts";
import { fields } from "./graph-bytes.ts";

/** Every second row and column of the picture, from these on. */
interface Phase {
  readonly row: number;
  readonly column: number;
}

/** A layer that is a convolution over the four phases of the picture, laid one behind the other as channels. */
interface Focus {
  readonly conv: GraphNode;
  /** In the order of the channels. */
  readonly phases: readonly Phase[];
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  /** Output × channel × height × width. */
  readonly weights: readonly number[];
  readonly outputChannels: number;
  readonly bias: readonly number[] | undefined;
  /** Values that nobody else needs. */
  readonly unmade: readonly string[];
}

const colours = 3;
const phaseCount = 4;
/** Axes of N × C × H × W. */
const [channels, rows, columns, rank] = [1, 2, 3, 4];
const weightsName = "framequeue_focus_weights";
const biasName = "framequeue_focus_bias";

/**
 * The first layer of YOLOX and of YOLOv5 up to 5 ("Focus") takes the picture apart into four of half the size and
 * convolves these with a kernel of k × k. One convolution of the picture itself with a kernel of 2k × 2k in steps of two is
 * the same sum of the same products (YOLOv5 6.0 replaced it so) and spares nine operators that only copy: 4 to 7 % of
 * YOLOX-Nano's time on a CPU. Undefined where the graph does not begin so.
 */
export function foldFocus(
  model: Uint8Array,
  input: ModelManifest["input"],
): Partial<GraphChange> | undefined {
  if (input.layout !== "NCHW" || input.dtype !== "float32") return undefined;
  const graph = graphOf(model);
  const focus = graph && focusIn(graph, model, input);
  if (!focus) return undefined;

  const { conv, kernel, strides, pads, outputChannels, bias, unmade } = focus;
  const doubled = (values: readonly number[]) => values.map((value) => value * 2);
  const kernelShape = doubled(kernel);
  return {
    unmade,
    before: [
      {
        opType: "Conv",
        inputs: [input.name, weightsName, ...(bias ? [biasName] : [])],
        output: conv.outputs[0]!,
        attributes: { kernel_shape: kernelShape, strides: doubled(strides), pads: doubled(pads) },
      },
    ],
    constants: [
      {
        name: weightsName,
        dims: [outputChannels, colours, ...kernelShape],
        values: spread(focus),
      },
      ...(bias
        ? [{ name: biasName, dims: [outputChannels], values: Float32Array.from(bias) }]
        : []),
    ],
  };
}

/** The weights of the four phases where their pixels lie in the picture. */
function spread({ weights, outputChannels, phases, kernel: [height, width] }: Focus): Float32Array {
  const values = new Float32Array(weights.length);
  let from = 0;
  for (let output = 0; output < outputChannels; output++) {
    for (const { row, column } of phases) {
      for (let colour = 0; colour < colours; colour++) {
        const plane = (output * colours + colour) * (2 * height);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            values[(plane + 2 * y + row) * (2 * width) + 2 * x + column] = weights[from++]!;
          }
        }
      }
    }
  }
  return values;
}

function focusIn(
  { nodes, outputs, tensors }: GraphFacts,
  model: Uint8Array,
  input: ModelManifest["input"],
): Focus | undefined {
  const users = new Map<string, GraphNode[]>();
  for (const node of [...nodes, caller(outputs)]) {
    for (const name of node.inputs) {
      const known = users.get(name);
      if (known) known.push(node);
      else users.set(name, [node]);
    }
  }
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const valuesOf = (name: string | undefined) => constantIn(model, tensors.get(name ?? ""));
  const isOwn = ({ domain, op }: GraphNode, wanted: string) => domain === "" && op === wanted;

  /** The phase that a chain of slices takes from the picture, and the values on its way. */
  function phaseOf(name: string): { phase: Phase; chain: readonly string[] } | undefined {
    const starts = new Map<number, number>();
    const chain: string[] = [];
    let value = name;
    while (value !== input.name) {
      const slice = makers.get(value);
      if (!slice || !isOwn(slice, "Slice") || chain.length === 2) return undefined;
      const [data, ...bounds] = slice.inputs;
      const [from, to, axes, steps] = bounds.map(valuesOf);
      if (!from || !to || !axes || !steps) return undefined;
      for (const [at, each] of axes.entries()) {
        const axis = each < 0 ? each + rank : each;
        const size = axis === rows ? input.height : axis === columns ? input.width : NaN;
        const start = from[at]!;
        const fits = steps[at] === 2 && (start === 0 || start === 1) && to[at]! >= size;
        if (!fits || starts.has(axis)) return undefined;
        starts.set(axis, start);
      }
      chain.push(value);
      value = data!;
    }
    const [row, column] = [starts.get(rows), starts.get(columns)];
    return row === undefined || column === undefined
      ? undefined
      : { phase: { row, column }, chain };
  }

  for (const concat of nodes) {
    const { axis } = concat.integers;
    const isAlong = axis === channels || axis === channels - rank;
    if (!isOwn(concat, "Concat") || !isAlong || concat.inputs.length !== phaseCount) continue;
    const taken = concat.inputs.map(phaseOf);
    const phases = taken.flatMap((each) => (each ? [each.phase] : []));
    if (new Set(phases.map(({ row, column }) => row * 2 + column)).size !== phaseCount) continue;

    const [stacked] = concat.outputs;
    const [conv, ...others] = users.get(stacked!) ?? [];
    if (!conv || others.length > 0 || !isOwn(conv, "Conv") || conv.inputs[0] !== stacked) continue;
    const layer = convolution(conv, tensors.get(conv.inputs[1]!), valuesOf);
    if (!layer) continue;

    // The last ones first: what a slice was made for goes before it.
    const chains = taken.flatMap((each) => each?.chain ?? []);
    const unmade = [...conv.outputs, stacked!];
    for (const name of [...new Set(chains)].sort((a, b) => depthOf(b) - depthOf(a))) {
      const isFree = (users.get(name) ?? []).every(({ outputs: made }) =>
        unmade.includes(made[0]!),
      );
      if (isFree) unmade.push(name);
    }
    return { conv, phases, ...layer, unmade };
  }
  return undefined;

  /** How many slices lie between the picture and this value. */
  function depthOf(name: string): number {
    return name === input.name ? 0 : 1 + depthOf(makers.get(name)!.inputs[0]!);
  }
}

/** Whoever runs the graph needs its outputs. */
const caller = (outputs: GraphFacts["outputs"]): GraphNode => ({
  op: "",
  domain: "",
  inputs: outputs.map(({ name }) => name),
  outputs: [],
  integers: {},
  integerLists: {},
});

/** What a convolution over twelve channels consists of, where all of it is constant and it is a plain one. */
function convolution(
  { integers, integerLists, inputs }: GraphNode,
  tensor: GraphTensor | undefined,
  valuesOf: (name: string | undefined) => readonly number[] | undefined,
): Pick<Focus, "kernel" | "strides" | "pads" | "weights" | "outputChannels" | "bias"> | undefined {
  const { strides = [1, 1], dilations = [1, 1], pads } = integerLists;
  if ((integers["group"] ?? 1) !== 1 || dilations.some((each) => each !== 1)) return undefined;
  // Where they are not said, they may be left to the sizes.
  if (pads?.length !== 4 || strides.length !== 2) return undefined;
  if (tensor?.type !== "float32" || tensor.dims.length !== 4) return undefined;
  const [outputChannels, taken, height, width] = tensor.dims as [number, number, number, number];
  const weights = valuesOf(inputs[1]);
  if (taken !== colours * phaseCount) return undefined;
  if (weights?.length !== outputChannels * taken * height * width) return undefined;
  const bias = inputs[2] ? valuesOf(inputs[2]) : undefined;
  if (inputs[2] && bias?.length !== outputChannels) return undefined;
  return { kernel: [height, width], strides, pads, weights, outputChannels, bias };
}

function constantIn(model: Uint8Array, tensor: GraphTensor | undefined) {
  return tensor && tensorValues(Buffer.from(model.subarray(tensor.start, tensor.end)), tensor);
}

/** Undefined for graphs beyond what a detector needs: they run as they are. */
function graphOf(model: Uint8Array): GraphFacts | undefined {
  const walker = walkerOf({
    sizeBytes: model.length,
    bytes: (start, end) => model.subarray(start, end),
  });
  try {
    for (const field of walker.fields(0, model.length)) {
      if (field.number === fields.model.graph) return readGraph(walker, field);
    }
  } catch (error) {
    if (!(error instanceof ModelRefused)) throw error;
  }
  return undefined;
}
