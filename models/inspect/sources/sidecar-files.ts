import { readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { limits } from "../../../contracts/limits.ts";

/** Small text files beside a model, by name; those of `..` where the model lies in a folder called onnx. */
export interface SidecarFiles {
  /** File name of the model without its ending. */
  readonly stem: string;
  readonly read: (name: string) => Promise<string | undefined>;
  readonly names: readonly string[];
}

/** Lists what lies beside a model; nothing is read before it is asked for, and nothing that is large. */
export async function sidecarFiles(modelPath: string): Promise<SidecarFiles> {
  const folder = dirname(modelPath);
  const folders = basename(folder) === "onnx" ? [folder, dirname(folder)] : [folder];
  const found = new Map<string, string>();
  for (const each of folders) {
    const names = await readdir(each).catch(() => []);
    for (const name of names) if (!found.has(name)) found.set(name, join(each, name));
  }
  return {
    stem: basename(modelPath, extname(modelPath)),
    names: [...found.keys()],
    async read(name) {
      const path = found.get(name);
      if (path === undefined) return undefined;
      try {
        const { size } = await stat(path);
        if (size > limits.modelTextBytesMax) return undefined;
        // Editors of Windows put a mark in front, at which JSON ends.
        return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
      } catch {
        return undefined;
      }
    },
  };
}

/** A JSON object in a sidecar; undefined where there is no such file or it holds something else. */
export async function readJson(
  files: SidecarFiles,
  name: string,
): Promise<Record<string, unknown> | undefined> {
  const text = await files.read(name);
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
