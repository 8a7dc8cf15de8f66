import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelManifest } from "../../contracts/model.ts";
import type { Provider } from "../../gpu-worker/detector/providers.ts";
import type { Ffmpeg } from "../../gpu-worker/ffmpeg/find.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { v8SizeGraph } from "./v8-size-graph.ts";

const root = join(import.meta.dirname, "..", "..");
const data = join(root, "..", "shared", "data");

/** A model that is measured, with its file. */
export interface Subject {
  readonly title: string;
  readonly manifest: ModelManifest;
  readonly path: string;
  /** What the model finds can be compared: its weights are trained. */
  readonly finds: boolean;
}

/**
 * YOLOX-Nano 416 where its file is at hand, else the built-in model; and a graph of YOLOv8n's size. On a GPU those
 * exports that take several frames at once.
 */
export function subjectsIn(folder: string, provider: Provider): [small: Subject, large: Subject] {
  const batch = provider === "cpu" ? 1 : "dynamic";
  return [nano(batch), v8Size(folder, batch)];
}

function nano(batch: 1 | "dynamic"): Subject {
  const name = batch === 1 ? "yolox_nano_416_kazuhito.onnx" : "yolox_nano_416_dynbatch.onnx";
  const path = join(data, "models", name);
  if (existsSync(path)) {
    const coco = named("coco");
    const manifest = ModelManifest.parse({
      ...coco,
      ...(batch !== 1 && { name: "coco-batches", file: fileOf(readFileSync(path)) }),
      input: { ...coco.input, batch },
    });
    return { title: "YOLOX-Nano 416", manifest, path, finds: true };
  }
  console.log("Skipped: YOLOX-Nano, whose file is not at hand; the built-in model stands in.");
  const manifest = named("pitch");
  const file = join(root, "models", "pitch", manifest.file.path!);
  return { title: "pitch", manifest, path: file, finds: true };
}

function v8Size(folder: string, batch: 1 | "dynamic"): Subject {
  const [coco, pitch] = [named("coco"), named("pitch")];
  const bytes = v8SizeGraph(640, batch);
  const path = join(folder, "v8-size.onnx");
  writeFileSync(path, bytes);
  const manifest = ModelManifest.parse({
    ...pitch,
    name: "v8-size",
    description: "As large as YOLOv8n, random weights.",
    accuracy: undefined,
    file: fileOf(bytes),
    classes: coco.classes,
    input: { ...pitch.input, name: "images", width: 640, height: 640, batch },
    output: { decoder: "yolo-v8", tensors: { predictions: "output0" } },
  });
  return { title: "YOLOv8n-size 640", manifest, path, finds: false };
}

const named = (name: string) => builtInManifests.find((each) => each.name === name)!;

const fileOf = (bytes: Uint8Array) => ({
  sha256: createHash("sha256").update(bytes).digest("hex"),
  size_bytes: bytes.byteLength,
});

export interface Clip {
  readonly title: string;
  readonly path: string;
}

/**
 * The same film in H.264 at 720p and 1080p, of so many frames: a street film where there is one, else the sample, over
 * and over, and never twice the same picture at the joints, so that decoding costs what it does in real films.
 */
export function clipsIn(folder: string, ffmpeg: Ffmpeg, frames: number): Clip[] {
  const real = join(data, "videos", "aws_mi_sample.mp4");
  const source = existsSync(real) ? real : join(root, "models", "pitch", "sample.mp4");
  return (
    [
      [1280, 720],
      [1920, 1080],
    ] as const
  ).map(([width, height]) => {
    const path = join(folder, `${height}p.mp4`);
    const encode = `-an -c:v libx264 -preset veryfast -crf 23 -g 60 -pix_fmt yuv420p -r 30`;
    execFileSync(ffmpeg.path, [
      ..."-v error -y -stream_loop -1".split(" "),
      "-i",
      source,
      "-vf",
      `scale=${width}:${height},noise=alls=2:allf=t`,
      "-frames:v",
      String(frames),
      ...encode.split(" "),
      path,
    ]);
    const megabytes = readFileSync(path).byteLength / 1e6;
    return { title: `${height}p`, path: path, megabytes };
  });
}
