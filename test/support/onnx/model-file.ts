import { PbfWriter } from "pbf";

/** Element types as ONNX numbers them (TensorProto.DataType). */
export const dtypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type Dtype = keyof typeof dtypes;

/** A dimension: its size, or a name where it is free. */
export type Dimension = number | string;

export interface ValueInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly dims: readonly Dimension[];
}

export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
  /** Keys of TensorProto's external_data: then the values are not in the file. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface ModelFile {
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly Node[];
  /** Version of the operators; 17 where nothing is said. */
  readonly opset?: number;
}

const irVersion = 8;

/** The bytes of an ONNX file (ModelProto of onnx.proto), intermediate representation 8. */
export function encodeModel(model: ModelFile): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, irVersion);
  pbf.writeStringField(2, model.producer);
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(8, (version: number, to) => to.writeVarintField(2, version), model.opset ?? 17);
  for (const entry of Object.entries(model.metadata)) pbf.writeMessage(14, writeEntry, entry);
  return pbf.finish();
}

function writeEntry([key, value]: [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

function writeGraph({ nodes, initializers, inputs, outputs }: ModelFile, pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, "fixture");
  for (const each of initializers) pbf.writeMessage(5, writeInitializer, each);
  for (const each of inputs) pbf.writeMessage(11, writeValueInfo, each);
  for (const each of outputs) pbf.writeMessage(12, writeValueInfo, each);
}

function writeNode({ op, inputs, outputs, attributes }: Node, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, outputs[0]!);
  pbf.writeStringField(4, op);
  for (const each of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, each);
}

function writeAttribute([name, value]: [string, Attribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === "number") {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, 2);
  } else if (typeof value === "string") {
    pbf.writeStringField(4, value);
    pbf.writeVarintField(20, 3);
  } else if ("float" in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, 1);
  } else {
    pbf.writePackedVarint(8, [...value]);
    pbf.writeVarintField(20, 7);
  }
}

function writeInitializer({ name, dims, data, elsewhere }: Initializer, pbf: PbfWriter): void {
  pbf.writePackedVarint(1, [...dims]);
  pbf.writeVarintField(2, data instanceof Float32Array ? dtypes.float32 : dtypes.int64);
  pbf.writeStringField(8, name);
  if (!elsewhere) {
    pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return;
  }
  for (const entry of Object.entries(elsewhere)) pbf.writeMessage(13, writeEntry, entry);
  pbf.writeVarintField(14, 1);
}

function writeValueInfo({ name, dtype, dims }: ValueInfo, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (type: object, to) => to.writeMessage(1, writeTensorType, type), {
    dtype,
    dims,
  });
}

function writeTensorType(type: object, pbf: PbfWriter): void {
  const { dtype, dims } = type as Omit<ValueInfo, "name">;
  pbf.writeVarintField(1, dtypes[dtype]);
  pbf.writeMessage(
    2,
    (all: readonly Dimension[], to) => {
      for (const each of all) to.writeMessage(1, writeDimension, each);
    },
    dims,
  );
}

function writeDimension(dimension: Dimension, pbf: PbfWriter): void {
  if (typeof dimension === "number") pbf.writeVarintField(1, dimension);
  else pbf.writeStringField(2, dimension);
}
