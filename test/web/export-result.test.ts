import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { ResultManifest } from "../../contracts/artifact.ts";
import type { ExportName } from "../../contracts/exports/formats.ts";
import { exportFormats } from "../../contracts/exports/formats.ts";
import { exportResult } from "../../web/export/export-result.ts";

const manifest = {
  filename: "first half.mp4",
  created_at: "2026-11-20T10:00:00Z",
  engine: { framequeue: "0.2.0" },
  model: { name: "pitch", version: "1", classes: ["player", "ball"] },
  video: { width: 200, height: 100 },
  summary: { frames_analysed: 3 },
} as unknown as ResultManifest;

const detection = (class_id: number, label: string, score: number) => ({
  class_id,
  label,
  score,
  box: [20, 10, 60, 30],
});
const lines = [
  [detection(0, "player", 0.9), detection(1, "ball", 0.8)],
  [],
  [detection(1, "ball", 0.35), detection(1, "ball", 0.3)],
].map((detections, n) => JSON.stringify({ frame_index: n * 2, pts: n, t: n / 10, detections }));

function exported(
  name: ExportName,
  classes: readonly string[],
  onFrames: (read: number) => void = () => {},
) {
  const detections = new Response(gzipSync(`${lines.join("\n")}\n`)).body!;
  const format = exportFormats[name];
  const choice = { scoreMin: 0.35, classes };
  return exportResult({ manifest, detections, format, choice, onFrames });
}

test("one file holds what the filter shows, and every frame that was looked at", async () => {
  const read: number[] = [];

  const { name, content } = await exported("coco", ["ball"], (frames) => read.push(frames));

  expect(name).toBe("first_half.coco.json");
  const { annotations, images } = JSON.parse(await content.text());
  expect(annotations.map(({ score }: { score: number }) => score)).toEqual([0.8, 0.35]);
  expect(images.map(({ frame_index }: { frame_index: number }) => frame_index)).toEqual([0, 2, 4]);
  expect(read.at(-1)).toBe(3);
});

test("a folder becomes an archive with each of its files once", async () => {
  const { name, content } = await exported("yolo", ["player", "ball"]);

  expect(name).toBe("first_half-yolo.zip");
  const files = storedFiles(Buffer.from(await content.arrayBuffer()));
  expect(Object.fromEntries(files)).toEqual({
    "first_half-yolo/data.yaml":
      'train: frames.txt\nval: frames.txt\nnames:\n  0: "player"\n  1: "ball"\n',
    "first_half-yolo/labels/frame_000000.txt": "0 0.2 0.2 0.2 0.2\n1 0.2 0.2 0.2 0.2\n",
    "first_half-yolo/labels/frame_000002.txt": "",
    "first_half-yolo/labels/frame_000004.txt": "1 0.2 0.2 0.2 0.2\n",
    "first_half-yolo/frames.txt":
      "./images/frame_000000.jpg\n./images/frame_000002.jpg\n./images/frame_000004.jpg\n",
  });
  expect(files).toHaveLength(5);
});

/** The files of a ZIP archive that compresses nothing, by its central directory (APPNOTE 4.3.12). */
function storedFiles(archive: Buffer): (readonly [name: string, text: string])[] {
  const end = archive.lastIndexOf("PK\x05\x06");
  const files: (readonly [string, string])[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    expect(archive.readUInt16LE(at + 10)).toBe(0);
    const [size, nameLength] = [archive.readUInt32LE(at + 24), archive.readUInt16LE(at + 28)];
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    files.push([name, archive.toString("utf8", start, start + size)]);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}
