import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelManifest } from "../../contracts/model.ts";
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

/** YOLOX-Nano 416 where its file is at hand, else the built-in model; and a graph of YOLOv8n's size. */
export function subjectsIn(folder: string): Subject[] {
  const nano = join(data, "models", "yolox_nano_416_kazuhito.onnx");
  const named = (name: string) => builtInManifests.find((each) => each.name === name)!;
  const [coco, pitch] = [named("coco"), named("pitch")];
  const small = existsSync(nano)
    ? { title: "YOLOX-Nano 416", manifest: coco, path: nano, finds: true }
    : {
        title: "pitch",
        manifest: pitch,
        path: join(root, "models", "pitch", pitch.file.path!),
        finds: true,
      };
  if (small.manifest === pitch) {
    console.log("Skipped: YOLOX-Nano, whose file is not at hand; the built-in model stands in.");
  }

  const bytes = v8SizeGraph(640);
  const path = join(folder, "v8-size.onnx");
  writeFileSync(path, bytes);
  const large = ModelManifest.parse({
    ...pitch,
    name: "v8-size",
    description: "As large as YOLOv8n, random weights.",
    accuracy: undefined,
    file: {
      sha256: createHash("sha256").update(bytes).digest("hex"),
      size_bytes: bytes.byteLength,
    },
    classes: coco.classes,
    input: { ...pitch.input, name: "images", width: 640, height: 640 },
    output: { decoder: "yolo-v8", tensors: { predictions: "output0" } },
  });
  return [small, { title: "YOLOv8n-size 640", manifest: large, path, finds: false }];
}

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
