import { createWriteStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ResultManifest } from "../../contracts/artifact.ts";
import type { ExportFormat, Frames, Piece } from "../../contracts/exports/export-format.ts";
import { CommandError } from "../faults.ts";

/** Rejects where something is there already: an export is no place to lose a file, and two in one folder would mix. */
export async function refuseWhatIsThere(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (!there) return;
  throw new CommandError(`${path} is there already.`, {
    hint: "Name another place with --out PATH, or remove what is there.",
  });
}

interface Written {
  readonly format: ExportFormat;
  readonly manifest: ResultManifest;
  readonly frames: Frames;
}

/** Writes a file or a folder, which gets its name when it is whole; of one that fails nothing stays. */
export async function writeExport(
  path: string,
  { format, manifest, frames }: Written,
  signal: AbortSignal,
): Promise<void> {
  const partPath = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  await rm(partPath, { recursive: true, force: true });
  try {
    if ("text" in format) {
      await pipeline(format.text(manifest, frames), createWriteStream(partPath), { signal });
    } else await writePieces(partPath, format.pieces(manifest, frames), signal);
    await rename(partPath, path);
  } catch (error) {
    await rm(partPath, { recursive: true, force: true });
    // Ctrl-C, and not what became of the stream by it.
    signal.throwIfAborted();
    throw error;
  }
}

async function writePieces(
  folder: string,
  pieces: AsyncIterable<Piece>,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder);
  let current: { readonly path: string; readonly file: FileHandle } | undefined;
  try {
    for await (const { path, text } of pieces) {
      signal.throwIfAborted();
      if (path !== current?.path) {
        await current?.file.close();
        current = undefined;
        await mkdir(dirname(join(folder, path)), { recursive: true });
        current = { path, file: await open(join(folder, path), "wx") };
      }
      await current.file.writeFile(text);
    }
  } finally {
    await current?.file.close();
  }
}
