import { PbfReader } from "pbf";
import { limits } from "../../contracts/limits.ts";
import { ModelRefused } from "../model-refused.ts";
import type { FileWindow } from "./file-window.ts";
import { truncated } from "./file-window.ts";

/** One field of a protobuf message, by where its value lies in the file. */
export interface Field {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 bytes with a length, 5 four bytes. */
  readonly wire: number;
  readonly start: number;
  readonly end: number;
  /** Value of a varint, as a signed number; 0 for other wires. */
  readonly value: number;
}

export interface Walker {
  readonly fields: (start: number, end: number) => Generator<Field>;
  readonly text: (field: Field) => string;
  /** A whole small message or string, in memory of its own. */
  readonly bytes: (field: Field) => Uint8Array;
}

// Two varints of ten bytes each.
const headerBytes = 20;
const wires = new Set([0, 1, 2, 5]);

/** Walks over protobuf fields without reading their values, so that weights are skipped; bounded in fields and in text. */
export function walkerOf(file: FileWindow): Walker {
  let fieldsLeft = limits.modelFieldsMax;

  function* fields(start: number, end: number): Generator<Field> {
    for (let at = start; at < end;) {
      if (fieldsLeft-- <= 0) throw tooLarge(`more than ${limits.modelFieldsMax} fields`);
      const reader = new PbfReader(file.bytes(at, Math.min(at + headerBytes, end)));
      const tag = varint(reader);
      const wire = tag & 7;
      const number = Math.floor(tag / 8);
      if (!wires.has(wire) || number < 1 || number > 0x1fff_ffff) throw notProtobuf();
      const value = wire === 0 ? varint(reader) : 0;
      const length = wire === 2 ? varint(reader) : { 0: 0, 1: 8, 5: 4 }[wire]!;
      const valueStart = at + reader.pos;
      const valueEnd = valueStart + length;
      if (reader.pos > reader.length || length < 0 || valueEnd > end) throw truncated();
      yield { number, wire, start: valueStart, end: valueEnd, value };
      at = valueEnd;
    }
  }

  function bytes(field: Field): Uint8Array {
    if (field.wire !== 2) throw notProtobuf();
    const length = field.end - field.start;
    if (length > limits.modelTextBytesMax) throw tooLarge(`a text of ${length} bytes`);
    return file.bytes(field.start, field.end).slice();
  }
  const text = (field: Field) => new TextDecoder().decode(bytes(field));
  return { fields, text, bytes };
}

function varint(reader: PbfReader): number {
  try {
    return reader.readVarint(true);
  } catch (cause) {
    throw notProtobuf(cause);
  }
}

const tooLarge = (what: string) =>
  new ModelRefused(`The file has ${what}, more than any detector needs.`, {
    hint: "Is it the right file? Export a detector alone, as ONNX.",
  });

/** What is said of bytes that are no ONNX model at all. */
export const notProtobuf = (cause?: unknown): ModelRefused =>
  new ModelRefused("The file is not an ONNX model, or is damaged.", {
    hint: "Export the detector as ONNX, for example `yolo export model=best.pt format=onnx`.",
    cause,
  });
