import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ModelManifest } from "../contracts/model.ts";
import { builtInManifests } from "../models/catalog.ts";
import { CommandError } from "./faults.ts";

export interface ModelFile {
  /** Of all of its bytes. */
  readonly path: string;
  /** As it was named: it has its name from there, and other files lie beside it. */
  readonly namedPath: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** That of the built-in model that the file is, without where it lies on this machine. */
export function builtInManifestOf({ sha256 }: ModelFile): ModelManifest | undefined {
  const builtIn = builtInManifests.find(({ file }) => file.sha256 === sha256);
  return builtIn && withoutPath(builtIn);
}

/** The manifest in a file, with digest and size of this very model; rejects with what is wrong with it. */
export async function manifestIn(path: string, file: ModelFile): Promise<ModelManifest> {
  return withoutPath(await readManifest(path, file));
}

/** The same under another name; rejects where it is none. */
export const renamed = (manifest: ModelManifest, name: string | undefined): ModelManifest =>
  name === undefined ? manifest : checked({ ...manifest, name }, "--name");

function withoutPath(manifest: ModelManifest): ModelManifest {
  // Where the file lay on this machine is nobody else's business.
  const { path: _path, ...where } = manifest.file;
  return { ...manifest, file: where };
}

async function readManifest(path: string, file: ModelFile): Promise<ModelManifest> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new CommandError(`${path}: the manifest cannot be read.`, { cause });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof json !== "object" || json === null) throw new CommandError(`${path}: not a manifest.`);

  const said = ("file" in json && typeof json.file === "object" ? json.file : {}) as Partial<
    ModelManifest["file"]
  >;
  if (said.sha256 !== undefined && said.sha256 !== file.sha256) {
    throw new CommandError(`${path} is the manifest of another file.`, {
      hint: `It names sha256 ${said.sha256}; that of ${basename(file.namedPath)} is ${file.sha256}.`,
    });
  }
  const facts = { ...said, sha256: file.sha256, size_bytes: file.sizeBytes };
  return checked({ ...json, file: facts }, path);
}

function checked(manifest: object, from: string): ModelManifest {
  const read = ModelManifest.safeParse(manifest);
  if (read.success) return read.data;

  const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new CommandError(`${from}: the manifest is not complete:\n  ${faults.join("\n  ")}`, {
    hint: "docs/models.md describes every field.",
  });
}
