import type { GraphNode, GraphTensor } from "./graph.ts";
import { integersOf, readTensorFacts } from "./read-tensor.ts";
import type { Field, Walker } from "./walk-fields.ts";

export interface NodeFacts {
  readonly node: GraphNode;
  /** The value of a Constant. */
  readonly constant?: GraphTensor;
  readonly externalFile?: string;
}

/** Steps, padding and axes have a few numbers; tables of trees, say, have millions. */
const listBytesMax = 1024;

/** Reads a NodeProto; tensors and graphs among its attributes are skipped, but for where a Constant's value lies. */
export function readNode(walker: Walker, { start, end }: Field): NodeFacts {
  let op = "";
  let domain = "";
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Field[] = [];
  for (const field of walker.fields(start, end)) {
    if (field.number === 1) inputs.push(walker.text(field));
    else if (field.number === 2) outputs.push(walker.text(field));
    else if (field.number === 4) op = walker.text(field);
    else if (field.number === 7) domain = walker.text(field);
    else if (field.number === 5) attributes.push(field);
  }

  const integers: Record<string, number> = {};
  const integerLists: Record<string, readonly number[]> = {};
  let tensor: ReturnType<typeof readTensorFacts> | undefined;
  for (const attribute of attributes) {
    let name = "";
    let value: number | undefined;
    const list: number[] = [];
    for (const field of walker.fields(attribute.start, attribute.end)) {
      if (field.number === 1) name = walker.text(field);
      else if (field.number === 3) value = field.value;
      else if (field.number === 8 && field.end - field.start <= listBytesMax)
        list.push(...integersOf(walker, field));
      else if (field.number === 5 && op === "Constant") tensor = readTensorFacts(walker, field);
    }
    if (value !== undefined) integers[name] = value;
    if (list.length > 0) integerLists[name] = list;
  }
  return {
    // "ai.onnx" is another way to write the default domain.
    node: {
      op,
      domain: domain === "ai.onnx" ? "" : domain,
      inputs,
      outputs,
      integers,
      integerLists,
    },
    ...(tensor && { constant: tensor.tensor }),
    ...(tensor?.externalFile !== undefined && { externalFile: tensor.externalFile }),
  };
}
