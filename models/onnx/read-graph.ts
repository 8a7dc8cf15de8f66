import { limits } from "../../contracts/limits.ts";
import { ModelRefused } from "../model-refused.ts";
import type { GraphNode, GraphTensor, GraphValue } from "./graph.ts";
import { readNode } from "./read-node.ts";
import { readTensorFacts } from "./read-tensor.ts";
import { readValue } from "./read-value.ts";
import type { Field, Walker } from "./walk-fields.ts";

export interface GraphFacts {
  readonly nodes: GraphNode[];
  readonly inputs: GraphValue[];
  readonly outputs: GraphValue[];
  readonly tensors: Map<string, GraphTensor>;
  readonly externalFiles: Set<string>;
}

/** Reads a GraphProto: nodes, inputs without those that have a default, outputs, and where constants lie. */
export function readGraph(walker: Walker, { start, end }: Field): GraphFacts {
  const facts: GraphFacts = {
    nodes: [],
    inputs: [],
    outputs: [],
    tensors: new Map(),
    externalFiles: new Set(),
  };
  for (const field of walker.fields(start, end)) {
    if (field.number === 1) addNode(facts, walker, field);
    else if (field.number === 5) {
      const { name, tensor, externalFile } = readTensorFacts(walker, field);
      facts.tensors.set(name, tensor);
      if (externalFile !== undefined) facts.externalFiles.add(externalFile);
    } else if (field.number === 11) facts.inputs.push(readValue(walker.bytes(field)));
    else if (field.number === 12) facts.outputs.push(readValue(walker.bytes(field)));
  }
  // YOLOX and NanoDet are exported with every weight as an input too.
  return { ...facts, inputs: facts.inputs.filter(({ name }) => !facts.tensors.has(name)) };
}

function addNode(facts: GraphFacts, walker: Walker, field: Field): void {
  const { node, constant, externalFile } = readNode(walker, field);
  if (facts.nodes.push(node) > limits.modelNodesMax) {
    throw new ModelRefused(
      `The graph has more than ${limits.modelNodesMax} nodes, more than any detector needs.`,
      { hint: "Is it the right file? Export a detector alone, as ONNX." },
    );
  }
  if (constant && node.outputs[0] !== undefined) facts.tensors.set(node.outputs[0], constant);
  if (externalFile !== undefined) facts.externalFiles.add(externalFile);
}
