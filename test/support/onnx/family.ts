import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelManifest, type ModelInput } from "../../../contracts/model.ts";
import type { ModelOutput } from "../../../contracts/model-output.ts";
import { newGraph, type Graph } from "./graph.ts";
import type * as z from "zod";

/** A tiny graph with the signature of a family's exports, and the manifest that fits it. */
export interface Family {
  readonly id: string;
  /** What people call it, and how it was exported. */
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly manifest: ModelManifest;
  /** Files that the exporter puts beside the model, by name. */
  readonly sidecars: Readonly<Record<string, string>>;
}

export interface FamilyRecipe {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly classes?: readonly string[];
  readonly input: Partial<ModelInput>;
  readonly output: z.input<typeof ModelOutput>;
  readonly post?: z.input<typeof ModelManifest>["post"];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly producer?: string;
  readonly sidecars?: Readonly<Record<string, string>>;
  readonly build: (graph: Graph, input: ModelInput, classCount: number) => void;
}

/** Width is not height, so that whoever confuses them is found out; 315 cells of strides 8, 16 and 32. */
export const fixtureSize = { width: 160, height: 96 };
/** The second has a quote in its name, which exporters write in a way of their own. */
export const fixtureClasses = ["player", "driver's seat", "ball"];

const plainInput = {
  name: "images",
  layout: "NCHW",
  dtype: "float32",
  ...fixtureSize,
  channels: "RGB",
  resize: "letterbox",
  anchor: "center",
} as const;

/** Makes the graph of a recipe, the same bytes every time. */
export function familyOf(recipe: FamilyRecipe): Family {
  const { id, title, family, classes = fixtureClasses, metadata = {} } = recipe;
  const graph = newGraph();
  const draft = {
    schema: "framequeue.model/1",
    name: id,
    version: "1",
    licence: "Apache-2.0",
    family,
    classes,
    input: { ...plainInput, ...recipe.input },
    output: recipe.output,
    ...(recipe.post && { post: recipe.post }),
  };
  const unsaved = { sha256: "0".repeat(64), size_bytes: 1 };
  const { input } = ModelManifest.parse({ ...draft, file: unsaved });
  recipe.build(graph, input, classes.length);
  const bytes = graph.encode(metadata, recipe.producer ?? "pytorch");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const manifest = ModelManifest.parse({ ...draft, file: { sha256, size_bytes: bytes.length } });
  return { id, title, bytes, manifest, sidecars: recipe.sidecars ?? {} };
}

/** Puts the model and what belongs beside it into a folder; returns the model's path. */
export function writeFamily(folder: string, { id, bytes, sidecars }: Family): string {
  const path = join(folder, `${id}.onnx`);
  writeFileSync(path, bytes);
  for (const [name, text] of Object.entries(sidecars)) writeFileSync(join(folder, name), text);
  return path;
}
