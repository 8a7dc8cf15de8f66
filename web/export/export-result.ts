import { downloadZip } from "client-zip";
import type { ResultManifest } from "../../contracts/artifact.ts";
import type { FrameDetections } from "../../contracts/detection.ts";
import { chosen } from "../../contracts/exports/chosen.ts";
import type { Choice } from "../../contracts/exports/chosen.ts";
import type { ExportFormat, Piece } from "../../contracts/exports/export-format.ts";
import { stemOf } from "../../contracts/exports/names.ts";
import { framesIn } from "../player/read-detections.ts";

interface Asked {
  readonly manifest: ResultManifest;
  /** detections.ndjson(.gz). */
  readonly detections: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly format: ExportFormat;
  readonly choice: Choice;
  /** Hears how many frames have been read. */
  readonly onFrames: (frames: number) => void;
}

/** The chosen detections in a format of another program: one file, or a folder as a ZIP archive. */
export async function exportResult({
  manifest,
  detections,
  format,
  choice,
  onFrames,
}: Asked): Promise<{ readonly name: string; readonly content: Blob }> {
  const stem = stemOf(manifest.filename) + format.suffix;
  const frames = chosen(singly(detections, onFrames), choice);
  if ("text" in format) {
    return { name: stem, content: await blobOf(format.text(manifest, frames)) };
  }
  const files = filesOf(stem, format.pieces(manifest, frames));
  return { name: `${stem}.zip`, content: await downloadZip(files).blob() };
}

async function* singly(
  detections: Asked["detections"],
  onFrames: Asked["onFrames"],
): AsyncGenerator<FrameDetections> {
  let read = 0;
  for await (const frames of framesIn(detections)) {
    yield* frames;
    onFrames((read += frames.length));
  }
}

const partLength = 1 << 20;

/** Text in a blob, part by part: what is in a blob the browser keeps outside of the page's memory. */
async function blobOf(texts: AsyncIterable<string>): Promise<Blob> {
  const parts: Blob[] = [];
  let part = "";
  for await (const text of texts) {
    part += text;
    if (part.length < partLength) continue;
    parts.push(new Blob([part]));
    part = "";
  }
  return new Blob([...parts, part]);
}

/** The pieces as whole files below one folder. */
async function* filesOf(
  folder: string,
  pieces: AsyncIterable<Piece>,
): AsyncGenerator<{ readonly name: string; readonly input: string }> {
  let path: string | undefined;
  let texts: string[] = [];
  for await (const piece of pieces) {
    if (path !== undefined && piece.path !== path) {
      yield { name: `${folder}/${path}`, input: texts.join("") };
      texts = [];
    }
    path = piece.path;
    texts.push(piece.text);
  }
  if (path !== undefined) yield { name: `${folder}/${path}`, input: texts.join("") };
}
