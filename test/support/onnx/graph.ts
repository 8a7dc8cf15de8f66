import {
  dtypes,
  encodeModel,
  type Attribute,
  type Dimension,
  type Dtype,
  type Initializer,
  type Node,
  type ValueInfo,
} from "./model-file.ts";

/** Name of a tensor inside a graph. */
export type Value = string;

/** An ONNX graph that is being put together, operator by operator. */
export type Graph = ReturnType<typeof newGraph>;

/** Starts an empty graph. */
export function newGraph() {
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const initializers: Initializer[] = [];
  const nodes: Node[] = [];
  let names = 0;
  const newName = (): string => `value_${names++}`;

  function op(
    name: string,
    from: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    outputCount = 1,
  ): Value[] {
    const made = Array.from({ length: outputCount }, newName);
    nodes.push({ op: name, inputs: from, outputs: made, attributes });
    return made;
  }
  const one = (...args: Parameters<typeof op>): Value => op(...args)[0]!;

  function floats(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    const name = newName();
    initializers.push({ name, dims, data: Float32Array.from(values) });
    return name;
  }
  function integers(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    const name = newName();
    initializers.push({ name, dims, data: BigInt64Array.from(values, BigInt) });
    return name;
  }
  const number = (value: number): Value => floats([value], []);

  return {
    op,
    one,
    floats,
    integers,
    input(name: string, dtype: Dtype, dims: readonly Dimension[]): Value {
      inputs.push({ name, dtype, dims });
      return name;
    },
    output(name: string, value: Value, dtype: Dtype, dims: readonly Dimension[]): void {
      nodes.push({ op: "Identity", inputs: [value], outputs: [name], attributes: {} });
      outputs.push({ name, dtype, dims });
    },
    encode: (
      metadata: Readonly<Record<string, string>>,
      producer: string,
      opset?: number,
    ): Uint8Array =>
      encodeModel({
        producer,
        metadata,
        inputs,
        outputs,
        initializers,
        nodes,
        ...(opset !== undefined && { opset }),
      }),

    add: (value: Value, other: Value | number): Value =>
      one("Add", [value, typeof other === "number" ? number(other) : other]),
    subtract: (value: Value, other: Value): Value => one("Sub", [value, other]),
    multiply: (value: Value, other: Value | number): Value =>
      one("Mul", [value, typeof other === "number" ? number(other) : other]),
    divide: (value: Value, other: Value): Value => one("Div", [value, other]),
    sigmoid: (value: Value): Value => one("Sigmoid", [value]),
    exp: (value: Value): Value => one("Exp", [value]),
    cast: (value: Value, to: Dtype): Value => one("Cast", [value], { to: dtypes[to] }),
    concat: (values: readonly Value[], axis: number): Value => one("Concat", values, { axis }),
    transpose: (value: Value, perm: readonly number[]): Value =>
      one("Transpose", [value], { perm }),
    reshape: (value: Value, dims: readonly number[]): Value =>
      one("Reshape", [value, integers(dims)]),
    unsqueeze: (value: Value, axis: number): Value => one("Unsqueeze", [value, integers([axis])]),
    slice: (value: Value, axis: number, start: number, end: number): Value =>
      one("Slice", [value, integers([start]), integers([end]), integers([axis])]),
  };
}
