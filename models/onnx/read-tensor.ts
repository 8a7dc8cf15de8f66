import type { GraphTensor } from "./graph.ts";
import { elementType } from "./graph.ts";
import type { Field, Walker } from "./walk-fields.ts";

/** Reads a TensorProto but for its values: its name, and where they lie; in which other file, where that is so. */
export function readTensorFacts(
  walker: Walker,
  { start, end }: Field,
): { readonly name: string; readonly tensor: GraphTensor; readonly externalFile?: string } {
  let name = "";
  let type = 0;
  let data: Field | undefined;
  let isRaw = true;
  let isExternal = false;
  let externalFile: string | undefined;
  const dims: number[] = [];

  for (const field of walker.fields(start, end)) {
    if (field.number === 1) dims.push(...integersOf(walker, field));
    else if (field.number === 2) type = field.value;
    else if (field.number === 8) name = walker.text(field);
    else if (field.number === 9 || field.number === 4 || field.number === 10) data = field;
    else if (field.number === 5 || field.number === 7) {
      data = field;
      isRaw = false;
    } else if (field.number === 13) {
      const [key, value] = entryOf(walker, field);
      if (key === "location") externalFile = value;
    } else if (field.number === 14) isExternal = field.value === 1;
  }
  return {
    name,
    tensor: {
      type: elementType(type),
      dims,
      start: data?.start ?? 0,
      end: data?.end ?? 0,
      encoding: isRaw ? "raw" : "varints",
    },
    ...(isExternal && { externalFile: externalFile ?? "?" }),
  };
}

/** Of a repeated field: one integer, or all in one piece. */
export function integersOf(walker: Walker, field: Field): readonly number[] {
  if (field.wire === 0) return [field.value];
  return varintsIn(walker.bytes(field));
}

/** Key and value of a StringStringEntryProto. */
export function entryOf(walker: Walker, { start, end }: Field): readonly [string, string] {
  let key = "";
  let value = "";
  for (const field of walker.fields(start, end)) {
    if (field.number === 1) key = walker.text(field);
    else if (field.number === 2) value = walker.text(field);
  }
  return [key, value];
}

/** Packed integers, signed; those beyond 2^53 lose digits. */
export function varintsIn(bytes: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length;) {
    let value = 0n;
    for (let shift = 0n; at < bytes.length; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    numbers.push(Number(BigInt.asIntN(64, value)));
  }
  return numbers;
}
