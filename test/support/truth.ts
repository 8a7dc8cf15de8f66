import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { ResultManifest } from "../../contracts/artifact.ts";
import { FrameDetections } from "../../contracts/detection.ts";
import type { ResultsView } from "../../contracts/api.ts";

type Box = readonly [number, number, number, number];

interface Truth {
  readonly classes: readonly string[];
  readonly frames: readonly {
    readonly frame_index: number;
    readonly boxes: readonly (readonly number[])[];
  }[];
}

/** What the sample video shows, from the generator that drew it. */
export const sampleTruth = async (): Promise<Truth> =>
  JSON.parse(await readFile("models/pitch/sample.truth.json", "utf8")) as Truth;

/** Downloads a result as a user does, and checks every digest on the way. */
export async function fetchResult(results: ResultsView) {
  const fetched = new Map<string, Buffer>();
  for (const { name, url, sha256, size_bytes } of [results.manifest, ...results.artifacts]) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (digest !== sha256 || bytes.byteLength !== size_bytes)
      throw new Error(`${name} is not what the results say.`);
    fetched.set(name, bytes);
  }
  const frames = gunzipSync(fetched.get("detections.ndjson.gz")!)
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => FrameDetections.parse(JSON.parse(line)));
  const digests = Object.fromEntries(
    [...fetched].map(([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")]),
  );
  return {
    digests,
    manifest: ResultManifest.parse(JSON.parse(fetched.get("manifest.json")!.toString("utf8"))),
    frames,
  };
}

export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box) => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

/** Precision and recall of one class at IoU 0.5, frame by frame, best score first. */
export function scoreAgainstTruth(
  frames: readonly FrameDetections[],
  truth: Truth,
  { label, scoreMin }: { label: string; scoreMin: number },
): { precision: number; recall: number; boxes: number } {
  const classId = truth.classes.indexOf(label);
  const detectionsByFrame = new Map(
    frames.map(({ frame_index, detections }) => [frame_index, detections]),
  );
  let hits = 0;
  let found = 0;
  let expected = 0;

  for (const { frame_index, boxes } of truth.frames) {
    const open = boxes.filter(([id]) => id === classId).map(([, ...box]) => box as unknown as Box);
    expected += open.length;
    const detections = (detectionsByFrame.get(frame_index) ?? [])
      .filter((each) => each.label === label && each.score >= scoreMin)
      .sort((a, b) => b.score - a.score);
    found += detections.length;

    for (const { box } of detections) {
      const match = open.findIndex((each) => intersectionOverUnion(each, box) >= 0.5);
      if (match < 0) continue;
      open.splice(match, 1);
      hits++;
    }
  }
  return { precision: hits / found, recall: hits / expected, boxes: expected };
}
