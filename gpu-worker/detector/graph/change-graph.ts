import { PbfReader } from "pbf";
import type { GraphValue } from "../../../models/onnx/graph.ts";
import { readValue } from "../../../models/onnx/read-value.ts";
import {
  constantBytes,
  field,
  fields,
  fieldsOf,
  nodeBytes,
  valueBytes,
  type Constant,
  type Node,
  type Value,
} from "./graph-bytes.ts";

/** What is done to a graph; all else stays byte by byte as it was. */
export interface GraphChange {
  /** Inputs and outputs that are the graph's no longer; as values within it they stay, or are made by `before`. */
  readonly dropped: readonly string[];
  /** Values whose nodes are left out: nobody needs them any more, or `before` makes them. */
  readonly unmade: readonly string[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Nodes that run before all others. */
  readonly before: readonly Node[];
  /** Nodes that run after all others. */
  readonly after: readonly Node[];
  readonly constants: readonly Constant[];
}

/** What a model's bytes say of its graph. */
export interface GraphFacts {
  /** Without those that have a constant as default: some exporters write every weight as an input, too. */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Version of ONNX's own operators. */
  readonly opset: number;
}

/** Throws where the bytes are no ONNX model. */
export function graphFacts(model: Uint8Array): GraphFacts {
  const all = [...fieldsOf(model)];
  const graph = all.find(({ tag }) => tag === fields.model.graph)?.content;
  if (!graph) throw noGraph();
  const parts = [...fieldsOf(graph)];
  const values = (wanted: number) =>
    parts.flatMap(({ tag, content }) => (tag === wanted && content ? readValue(content) : []));
  const constants = new Set(
    parts.flatMap(({ tag, content }) =>
      tag === fields.graph.initializer && content ? (constantName(content) ?? []) : [],
    ),
  );
  const opsets = all.flatMap(({ tag, content }) =>
    tag === fields.model.opsetImport && content ? opsetOf(content) : [],
  );
  return {
    inputs: values(fields.graph.input).filter(({ name }) => !constants.has(name)),
    outputs: values(fields.graph.output),
    opset: Math.max(0, ...opsets),
  };
}

/** The bytes of an ONNX model with all these changes to its graph. Throws where they are no model. */
export function changed(model: Uint8Array, changes: readonly Partial<GraphChange>[]): Uint8Array {
  const change: GraphChange = {
    dropped: changes.flatMap(({ dropped = [] }) => dropped),
    unmade: changes.flatMap(({ unmade = [] }) => unmade),
    inputs: changes.flatMap(({ inputs = [] }) => inputs),
    outputs: changes.flatMap(({ outputs = [] }) => outputs),
    before: changes.flatMap(({ before = [] }) => before),
    after: changes.flatMap(({ after = [] }) => after),
    constants: changes.flatMap(({ constants = [] }) => constants),
  };
  let found = false;
  const parts = [...fieldsOf(model)].map(({ tag, bytes, content }) => {
    if (tag !== fields.model.graph || !content) return bytes;
    found = true;
    return field(tag, changedGraph(content, change));
  });
  if (!found) throw noGraph();
  return Buffer.concat(parts);
}

function changedGraph(
  graph: Uint8Array,
  { dropped, unmade, inputs, outputs, before, after, constants }: GraphChange,
): Uint8Array {
  const isDropped = ({ tag, content }: { tag: number; content: Uint8Array | undefined }) => {
    if (!content) return false;
    if (tag === fields.graph.node) return unmade.length > 0 && makes(content, unmade);
    const isPort = tag === fields.graph.input || tag === fields.graph.output;
    return isPort && dropped.includes(readValue(content).name);
  };
  const kept = [...fieldsOf(graph)].filter((each) => !isDropped(each));
  // Nodes are to stand in the order in which they run.
  return Buffer.concat([
    ...before.map((node) => field(fields.graph.node, nodeBytes(node))),
    ...kept.map(({ bytes }) => bytes),
    ...after.map((node) => field(fields.graph.node, nodeBytes(node))),
    ...constants.map((each) => field(fields.graph.initializer, constantBytes(each))),
    ...inputs.map((each) => field(fields.graph.input, valueBytes(each))),
    ...outputs.map((each) => field(fields.graph.output, valueBytes(each))),
  ]);
}

const makes = (node: Uint8Array, values: readonly string[]): boolean =>
  [...fieldsOf(node)].some(
    ({ tag, content }) =>
      tag === fields.node.output && content && values.includes(Buffer.from(content).toString()),
  );

function constantName(tensor: Uint8Array): string | undefined {
  const name = [...fieldsOf(tensor)].find(({ tag }) => tag === fields.tensor.name)?.content;
  return name && Buffer.from(name).toString();
}

/** The version of ONNX's own operators, where this entry is about them. */
function opsetOf(entry: Uint8Array): number[] {
  let [domain, version] = ["", 0];
  new PbfReader(entry).readFields((tag, _, reader) => {
    if (tag === fields.opset.domain) domain = reader.readString();
    else if (tag === fields.opset.version) version = reader.readVarint();
  }, undefined);
  return domain === "" || domain === "ai.onnx" ? [version] : [];
}

const noGraph = () => new Error("The file holds no ONNX graph.");
