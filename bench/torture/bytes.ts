/** Numbers as big-endian bytes. */
export const u16 = (...values: number[]): Buffer => numbers(2, values);
export const u32 = (...values: number[]): Buffer => numbers(4, values);
export const u64 = (...values: number[]): Buffer => numbers(8, values);

function numbers(width: 2 | 4 | 8, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(width * values.length);
  for (const [index, value] of values.entries()) {
    if (width === 8) bytes.writeBigUInt64BE(BigInt(value), index * 8);
    else bytes.writeUIntBE(value, index * width, width);
  }
  return bytes;
}

type Part = Buffer | string;
const joined = (parts: readonly Part[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)),
  );

/** A box of ISO BMFF. */
export function box(type: string, ...parts: Part[]): Buffer {
  const body = joined(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, "latin1"), body]);
}

/** A box with a version of 0 and no flags. */
export const fullBox = (type: string, ...parts: Part[]): Buffer => box(type, u32(0), ...parts);

/** An element of EBML; its length is written in eight bytes, and may be a lie. */
export function element(id: number, body: Part, length = body.length): Buffer {
  const size = u64(length);
  size[0] = 1;
  const idBytes = Buffer.from(id.toString(16).padStart(2, "0"), "hex");
  return joined([idBytes, size, body]);
}

/** An unsigned number as the body of an EBML element. */
export const ebmlNumber = (value: number): Buffer => u64(value);
