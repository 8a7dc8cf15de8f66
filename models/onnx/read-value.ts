import { PbfReader } from "pbf";
import type { Dim, GraphValue } from "./graph.ts";
import { elementType } from "./graph.ts";

interface Draft {
  name: string;
  type: number;
  dims?: Dim[];
}

/** Reads a ValueInfoProto: name, type of the elements and dimensions. */
export function readValue(bytes: Uint8Array): GraphValue {
  const { name, type, dims } = new PbfReader(bytes).readFields<Draft>(
    (field, value, pbf) => {
      if (field === 1) value.name = pbf.readString();
      else if (field === 2) pbf.readMessage(readType, value);
    },
    { name: "", type: 0 },
  );
  return { name, type: elementType(type), ...(dims && { dims }) };
}

function readType(field: number, value: Draft, pbf: PbfReader): void {
  // Sequences, maps and optionals stay "other".
  if (field === 1) pbf.readMessage(readTensorType, value);
}

function readTensorType(field: number, value: Draft, pbf: PbfReader): void {
  if (field === 1) value.type = pbf.readVarint();
  else if (field === 2) {
    const dims: Dim[] = [];
    value.dims = dims;
    pbf.readMessage((shapeField, _, shape) => {
      if (shapeField === 1) dims.push(shape.readMessage(readDim, { dim: null as Dim }).dim);
    }, value);
  }
}

function readDim(field: number, into: { dim: Dim }, pbf: PbfReader): void {
  if (field === 1) {
    const size = pbf.readVarint(true);
    // Some exporters write -1 or 0 for "any".
    into.dim = size > 0 ? size : null;
  } else if (field === 2) into.dim = pbf.readString() || null;
}
