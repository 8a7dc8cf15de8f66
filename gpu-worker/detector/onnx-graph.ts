import { PbfReader, PbfWriter } from "pbf";

/** Field numbers of onnx.proto3. */
const fields = {
  model: { graph: 7 },
  graph: { node: 1, initializer: 5, input: 11 },
  node: { input: 1, output: 2, opType: 4, attribute: 5 },
  attribute: { name: 1, int: 3, type: 20 },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { elementType: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { value: 1 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9 },
} as const;

/** TensorProto.DataType. */
export const dataTypes = { float32: 1, uint8: 2, float16: 10 } as const;
/** AttributeProto.AttributeType. */
const int = 2;
/** Wire type of all that has a length. */
const lengthDelimited = 2;

export interface Node {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number>>;
}

export interface Constant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** What is put in front of a graph in place of one of its inputs. */
export interface Prefix {
  /** The input that is replaced; from now on the output of the last of `nodes`. */
  readonly replaced: string;
  readonly input: {
    readonly name: string;
    readonly dataType: number;
    readonly dims: readonly number[];
  };
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
}

/**
 * The bytes of an ONNX model with another input in front of its graph, the rest byte by byte as it was. Throws where
 * the bytes are no model with such an input.
 */
export function withPrefix(model: Uint8Array, prefix: Prefix): Uint8Array {
  let found = false;
  const parts = [...fieldsOf(model)].map(({ tag, bytes, content }) => {
    if (tag !== fields.model.graph || !content) return bytes;
    found = true;
    return field(tag, prefixed(content, prefix));
  });
  if (!found) throw new Error("The file holds no ONNX graph.");
  return Buffer.concat(parts);
}

function prefixed(graph: Uint8Array, prefix: Prefix): Uint8Array {
  const all = [...fieldsOf(graph)].map((each) => ({
    ...each,
    inputName: each.tag === fields.graph.input && each.content ? nameOf(each.content) : undefined,
  }));
  const kept = all.filter(({ inputName }) => inputName !== prefix.replaced);
  if (kept.length === all.length) {
    const there = all.flatMap(({ inputName }) => inputName ?? []).join(", ");
    throw new Error(`The model has no input "${prefix.replaced}"; it has ${there}.`);
  }
  // Nodes are to stand in the order in which they run.
  return Buffer.concat([
    ...prefix.nodes.map((node) => field(fields.graph.node, nodeBytes(node))),
    ...kept.map(({ bytes }) => bytes),
    ...prefix.constants.map((each) => field(fields.graph.initializer, constantBytes(each))),
    field(fields.graph.input, inputBytes(prefix.input)),
  ]);
}

/** The fields of a message as they lie in its bytes, with the value alone where it has a length; nothing is copied. */
function* fieldsOf(message: Uint8Array) {
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

function nameOf(valueInfo: Uint8Array): string | undefined {
  const name = [...fieldsOf(valueInfo)].find(({ tag }) => tag === fields.valueInfo.name);
  return name?.content && Buffer.from(name.content).toString();
}

function message(fill: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  fill(writer);
  return writer.finish();
}

const field = (tag: number, content: Uint8Array): Uint8Array =>
  message((writer) => writer.writeBytesField(tag, content));

const nodeBytes = ({ opType, inputs, output, attributes = {} }: Node) =>
  message((writer) => {
    for (const input of inputs) writer.writeStringField(fields.node.input, input);
    writer.writeStringField(fields.node.output, output);
    writer.writeStringField(fields.node.opType, opType);
    for (const [name, value] of Object.entries(attributes)) {
      const attribute = message((inner) => {
        inner.writeStringField(fields.attribute.name, name);
        inner.writeVarintField(fields.attribute.int, value);
        inner.writeVarintField(fields.attribute.type, int);
      });
      writer.writeBytesField(fields.node.attribute, attribute);
    }
  });

const constantBytes = ({ name, dims, values }: Constant) =>
  message((writer) => {
    writer.writePackedVarint(fields.tensor.dims, [...dims]);
    writer.writeVarintField(fields.tensor.dataType, dataTypes.float32);
    writer.writeStringField(fields.tensor.name, name);
    writer.writeBytesField(fields.tensor.rawData, new Uint8Array(values.buffer));
  });

function inputBytes({ name, dataType, dims }: Prefix["input"]): Uint8Array {
  const shape = Buffer.concat(
    dims.map((dim) =>
      field(
        fields.shape.dimension,
        message((writer) => writer.writeVarintField(fields.dimension.value, dim)),
      ),
    ),
  );
  const tensor = message((writer) => {
    writer.writeVarintField(fields.tensorType.elementType, dataType);
    writer.writeBytesField(fields.tensorType.shape, shape);
  });
  return message((writer) => {
    writer.writeStringField(fields.valueInfo.name, name);
    writer.writeBytesField(fields.valueInfo.type, field(fields.type.tensor, tensor));
  });
}
