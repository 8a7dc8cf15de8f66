import { open } from "node:fs/promises";
import type { GraphFacts } from "./read-graph.ts";
import { ModelRefused } from "../model-refused.ts";
import { fileWindow } from "./file-window.ts";
import type { OnnxModel } from "./graph.ts";
import { refuseOtherFiles } from "./not-onnx.ts";
import { readGraph } from "./read-graph.ts";
import { entryOf } from "./read-tensor.ts";
import type { Field, Walker } from "./walk-fields.ts";
import { notProtobuf, walkerOf } from "./walk-fields.ts";

/** Tag of `ir_version`, with which every exporter's files begin; the format itself does not ask for it. */
const versionTag = 8;

/**
 * Reads what an ONNX file says of itself (onnx.proto's ModelProto) by ranges: weights are skipped, and memory is that of
 * the graph's names. Throws ModelRefused where the file is no ONNX model, truncated, or larger than any detector.
 */
export async function readModel(path: string): Promise<OnnxModel> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const window = fileWindow(file.fd, size);
    const head = window.bytes(0, Math.min(size, 64)).slice();
    refuseOtherFiles(head);
    try {
      return readModelProto(path, walkerOf(window), size);
    } catch (error) {
      // "Cut off" is said only of what began as a model; the reader of small messages throws errors of its own.
      const wasModel = error instanceof ModelRefused && head[0] === versionTag;
      throw wasModel ? error : notProtobuf(error);
    }
  } finally {
    await file.close();
  }
}

function readModelProto(path: string, walker: Walker, size: number): OnnxModel {
  let irVersion = 0;
  let producerName = "";
  let producerVersion = "";
  let graph: GraphFacts | undefined;
  const opsets: Record<string, number> = {};
  const metadata: Record<string, string> = {};
  const functions = new Set<string>();

  for (const field of walker.fields(0, size)) {
    if (field.number === 1) irVersion = field.value;
    else if (field.number === 2) producerName = walker.text(field);
    else if (field.number === 3) producerVersion = walker.text(field);
    else if (field.number === 7) graph = readGraph(walker, field);
    else if (field.number === 8) {
      const [domain, version] = opsetOf(walker, field);
      opsets[domain === "ai.onnx" ? "" : domain] = version;
    } else if (field.number === 14) {
      const [key, value] = entryOf(walker, field);
      metadata[key] = value;
    } else if (field.number === 25) functions.add(functionOf(walker, field));
  }
  if (irVersion === 0 || !graph || graph.outputs.length === 0) throw notProtobuf();
  const { externalFiles, ...rest } = graph;
  return {
    path,
    irVersion,
    producer: `${producerName} ${producerVersion}`.trim(),
    opsets,
    metadata,
    functions,
    ...rest,
    externalFiles: [...externalFiles],
  };
}

function opsetOf(walker: Walker, { start, end }: Field): readonly [string, number] {
  let domain = "";
  let version = 0;
  for (const field of walker.fields(start, end)) {
    if (field.number === 1) domain = walker.text(field);
    else if (field.number === 2) version = field.value;
  }
  return [domain, version];
}

function functionOf(walker: Walker, { start, end }: Field): string {
  let name = "";
  let domain = "";
  for (const field of walker.fields(start, end)) {
    if (field.number === 1) name = walker.text(field);
    else if (field.number === 10) domain = walker.text(field);
  }
  return `${domain}::${name}`;
}
