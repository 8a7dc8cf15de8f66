import { PbfReader, PbfWriter } from "pbf";

/** Field numbers of onnx.proto3. */
export const fields = {
  model: { graph: 7, opsetImport: 8 },
  opset: { domain: 1, version: 2 },
  graph: { node: 1, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, opType: 4, attribute: 5 },
  attribute: { name: 1, int: 3, ints: 8, type: 20 },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { elementType: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { value: 1 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9 },
} as const;

/** TensorProto.DataType. */
export const dataTypes = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;
export type DataType = keyof typeof dataTypes;

/** AttributeProto.AttributeType. */
const attributeTypes = { int: 2, ints: 7 } as const;
/** Wire type of all that has a length. */
const lengthDelimited = 2;

/** An operator of ONNX's own. */
export interface Node {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A value that the graph has in itself. */
export interface Constant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

/** An input or output of a graph. */
export interface Value {
  readonly name: string;
  readonly type: DataType;
  /** Not said where it is known only at a run. */
  readonly dims?: readonly number[];
}

/** The fields of a message as they lie in its bytes, with the value alone where it has a length; nothing is copied. */
export function* fieldsOf(message: Uint8Array) {
  const reader = new PbfReader(message);
  while (reader.pos < reader.length) {
    const start = reader.pos;
    const key = reader.readVarint();
    const content = (key & 7) === lengthDelimited ? reader.readBytes() : undefined;
    if (!content) reader.skip(key);
    if (reader.pos > reader.length) throw new Error("The model file ends too early.");
    yield { tag: key >>> 3, bytes: message.subarray(start, reader.pos), content };
  }
}

export const field = (tag: number, content: Uint8Array): Uint8Array =>
  message((writer) => writer.writeBytesField(tag, content));

export const nodeBytes = ({ opType, inputs, output, attributes = {} }: Node): Uint8Array =>
  message((writer) => {
    for (const input of inputs) writer.writeStringField(fields.node.input, input);
    writer.writeStringField(fields.node.output, output);
    writer.writeStringField(fields.node.opType, opType);
    for (const [name, value] of Object.entries(attributes)) {
      writer.writeBytesField(fields.node.attribute, attributeBytes(name, value));
    }
  });

const attributeBytes = (name: string, value: number | readonly number[]): Uint8Array =>
  message((writer) => {
    writer.writeStringField(fields.attribute.name, name);
    if (typeof value === "number") writer.writeVarintField(fields.attribute.int, value);
    else writer.writePackedVarint(fields.attribute.ints, [...value]);
    const type = typeof value === "number" ? attributeTypes.int : attributeTypes.ints;
    writer.writeVarintField(fields.attribute.type, type);
  });

export const constantBytes = ({ name, dims, values }: Constant): Uint8Array =>
  message((writer) => {
    const type = values instanceof Float32Array ? dataTypes.float32 : dataTypes.int64;
    writer.writePackedVarint(fields.tensor.dims, [...dims]);
    writer.writeVarintField(fields.tensor.dataType, type);
    writer.writeStringField(fields.tensor.name, name);
    const { buffer, byteOffset, byteLength } = values;
    writer.writeBytesField(fields.tensor.rawData, new Uint8Array(buffer, byteOffset, byteLength));
  });

export const valueBytes = ({ name, type, dims }: Value): Uint8Array =>
  message((writer) => {
    const tensor = message((inner) => {
      inner.writeVarintField(fields.tensorType.elementType, dataTypes[type]);
      if (dims) inner.writeBytesField(fields.tensorType.shape, shapeBytes(dims));
    });
    writer.writeStringField(fields.valueInfo.name, name);
    writer.writeBytesField(fields.valueInfo.type, field(fields.type.tensor, tensor));
  });

const shapeBytes = (dims: readonly number[]): Uint8Array =>
  Buffer.concat(
    dims.map((dim) =>
      field(
        fields.shape.dimension,
        message((writer) => writer.writeVarintField(fields.dimension.value, dim)),
      ),
    ),
  );

function message(fill: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  fill(writer);
  return writer.finish();
}
