import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ModelManifest } from "../contracts/model.ts";
import { builtInManifests } from "../models/catalog.ts";
import { CommandError } from "./faults.ts";

export interface ModelFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** sha256 of a file, as hexadecimal digits. */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The manifest that was given, with digest and size of this very file; or that of the built-in model that the file is. */
export async function manifestFor(
  file: ModelFile,
  {
    manifestPath,
    name,
  }: { readonly manifestPath?: string | undefined; readonly name?: string | undefined },
): Promise<ModelManifest> {
  const builtIn = builtInManifests.find((manifest) => manifest.file.sha256 === file.sha256);
  const manifest = manifestPath === undefined ? builtIn : await readManifest(manifestPath, file);
  if (!manifest) throw noManifest(file);
  // Where the file lay on this machine is nobody else's business.
  const { path: _path, ...where } = manifest.file;
  return checked({ ...manifest, ...(name !== undefined && { name }), file: where }, "--name");
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
      hint: `It names sha256 ${said.sha256}; that of ${basename(file.path)} is ${file.sha256}.`,
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

function noManifest({ path }: ModelFile): CommandError {
  const known = builtInManifests.map(({ name }) => name).join(", ");
  return new CommandError(
    `${basename(path)} is none of the built-in models (${known}), so a manifest must say how to use it.`,
    {
      hint: [
        "Write one and give it with --manifest FILE. It has to name:",
        "  name, version, licence, family",
        "  classes  every class name, in the order of the model's class ids",
        "  input    name, layout, dtype, width, height, channels, resize, scale",
        "  output   decoder (yolox or yolo-v8) and name",
        "sha256 and size are filled in. docs/models.md has one to copy for a YOLOX and for an Ultralytics v8/11 export.",
      ].join("\n  "),
    },
  );
}
