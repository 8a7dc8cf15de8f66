import { open } from "node:fs/promises";
import { limits } from "../../contracts/limits.ts";
import type { ElementType, GraphTensor, OnnxModel } from "./graph.ts";
import { varintsIn } from "./read-tensor.ts";

/** Values of a small constant of the model, in order; undefined where it is large, elsewhere, or of another type. */
export async function readTensor(
  { path }: Pick<OnnxModel, "path">,
  tensor: GraphTensor,
): Promise<readonly number[] | undefined> {
  const { start, end } = tensor;
  const sizeBytes = end - start;
  if (sizeBytes === 0 || sizeBytes > limits.modelTextBytesMax) return undefined;

  const bytes = Buffer.alloc(sizeBytes);
  const file = await open(path);
  try {
    await file.read(bytes, 0, sizeBytes, start);
  } finally {
    await file.close();
  }
  return tensorValues(bytes, tensor);
}

/** The values that lie in a constant's bytes, in order; undefined where it is of another type. */
export function tensorValues(
  bytes: Buffer,
  { type, encoding }: Pick<GraphTensor, "type" | "encoding">,
): readonly number[] | undefined {
  if (encoding === "varints") {
    return type === "float16" ? varintsIn(bytes).map(float16) : varintsIn(bytes);
  }
  const reader = readers[type];
  if (!reader || bytes.length % reader.bytes !== 0) return undefined;
  return Array.from({ length: bytes.length / reader.bytes }, (_, at) =>
    reader.read(bytes, at * reader.bytes),
  );
}

interface Reader {
  readonly bytes: number;
  readonly read: (from: Buffer, at: number) => number;
}

const readers: Partial<Record<ElementType, Reader>> = {
  float32: { bytes: 4, read: (from, at) => from.readFloatLE(at) },
  float64: { bytes: 8, read: (from, at) => from.readDoubleLE(at) },
  float16: { bytes: 2, read: (from, at) => float16(from.readUInt16LE(at)) },
  int32: { bytes: 4, read: (from, at) => from.readInt32LE(at) },
  int64: { bytes: 8, read: (from, at) => Number(from.readBigInt64LE(at)) },
  uint8: { bytes: 1, read: (from, at) => from.readUInt8(at) },
};

/** IEEE 754 half precision. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
