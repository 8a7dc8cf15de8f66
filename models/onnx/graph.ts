/** Type of a tensor's elements, as onnxruntime calls it; `other` for what no detector takes. */
export type ElementType =
  | "float32"
  | "float16"
  | "float64"
  | "uint8"
  | "int8"
  | "int32"
  | "int64"
  | "bool"
  | "other";

const elementTypes: Readonly<Record<number, ElementType>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float16",
  11: "float64",
};

/** The type with this number in onnx.proto's TensorProto.DataType. */
export const elementType = (number: number): ElementType => elementTypes[number] ?? "other";

/** A size, the name of one that is known only at run time, or nothing known. */
export type Dim = number | string | null;

/** An input or output of the graph. */
export interface GraphValue {
  readonly name: string;
  readonly type: ElementType;
  /** Absent where not even the number of dimensions is known. */
  readonly dims?: readonly Dim[];
}

export interface GraphNode {
  readonly op: string;
  /** "" is ONNX itself. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The attributes that are one integer, such as `axis`. */
  readonly integers: Readonly<Record<string, number>>;
  /** Those that are short lists of integers, such as `strides`. */
  readonly integerLists: Readonly<Record<string, readonly number[]>>;
}

/** A constant of the graph, by where its bytes lie in the file. */
export interface GraphTensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly start: number;
  readonly end: number;
  /** `raw`: little-endian elements. `varints`: packed integers. */
  readonly encoding: "raw" | "varints";
}

/** What an ONNX file says of itself, but for the values of its weights. */
export interface OnnxModel {
  readonly path: string;
  readonly irVersion: number;
  readonly producer: string;
  /** Version by domain; "" is ONNX itself. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Without those that have a constant as default. */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly tensors: ReadonlyMap<string, GraphTensor>;
  /** Files beside the model in which it keeps its weights. */
  readonly externalFiles: readonly string[];
  /** Operators that the file itself defines, as `domain::name`. */
  readonly functions: ReadonlySet<string>;
}
