import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import type { Clip, Subject } from "./subjects.ts";

export const peerKinds = ["onnxruntime", "opencv-dnn"] as const;
export type PeerKind = (typeof peerKinds)[number];

export interface PeerRun {
  readonly seconds: number;
  readonly frames: number;
  /** Class, score and box of each detection, of the first frames. */
  readonly detections: readonly (readonly [number, number, number, number, number, number])[][];
}

const script = join(import.meta.dirname, "..", "peers", "loop.py");

/** Why Python's loops can't be run here; undefined where they can. */
export function peersMissing(python: string): string | undefined {
  const { status, error } = spawnSync(python, ["-c", "import cv2, numpy, onnxruntime"]);
  if (status === 0) return undefined;
  return error ? `there is no ${python}` : `${python} has no opencv, numpy and onnxruntime`;
}

/** Runs a plain Python loop over so many frames of the clip. */
export async function runPeer(
  python: string,
  kind: PeerKind,
  { path: model, manifest: { input, output, post } }: Subject,
  { path: video }: Clip,
  { frames, floor }: { readonly frames: number; readonly floor: number },
): Promise<PeerRun> {
  const { width, height, channels, anchor, scale } = input;
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const asked = { kind, model, video, width, height, channels, anchor, scale, frames, floor };
  child.stdin.end(JSON.stringify({ ...asked, decoder: output.decoder, iou: post.iou }));
  const [answer, [code]] = await Promise.all([json(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`The Python loop ended with ${code}.`);
  return answer as PeerRun;
}
