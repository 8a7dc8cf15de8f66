import type { ResultManifest } from "../artifact.ts";
import type { Detection } from "../detection.ts";
import type { Frames, Piece } from "./export-format.ts";
import { rounded } from "./measures.ts";
import { frameName } from "./names.ts";

/**
 * A data set of Ultralytics' (docs.ultralytics.com/datasets/detect) but for its pictures: `labels/frame_000123.txt` for
 * each analysed frame, empty where nothing was found, `frames.txt` with the pictures that belong to them, and `data.yaml`.
 * A line is the class, from 0, and the box's centre and size as parts of the picture, 0–1. No score: the loader refuses
 * whatever has not five columns.
 */
export async function* yoloPieces(
  { model, video }: ResultManifest,
  frames: Frames,
): AsyncGenerator<Piece> {
  // A string of JSON is one of YAML, whatever is in it. Without `path` the folder of this file is meant.
  const names = model.classes.map((name, id) => `  ${id}: ${JSON.stringify(name)}\n`).join("");
  const sets = "train: frames.txt\nval: frames.txt\n";
  yield { path: "data.yaml", text: `${sets}names:\n${names}` };

  const indices: number[] = [];
  for await (const { frame_index, detections } of frames) {
    indices.push(frame_index);
    const text = detections.map((detection) => lineOf(detection, video)).join("");
    yield { path: `labels/${frameName(frame_index)}.txt`, text };
  }

  for (const index of indices) {
    yield { path: "frames.txt", text: `./images/${frameName(index)}.jpg\n` };
  }
}

function lineOf(
  { class_id, box: [x1, y1, x2, y2] }: Detection,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const parts = [
    (x1 + x2) / 2 / width,
    (y1 + y2) / 2 / height,
    (x2 - x1) / width,
    (y2 - y1) / height,
  ];
  return `${class_id} ${parts.map((part) => rounded(part, 6)).join(" ")}\n`;
}
