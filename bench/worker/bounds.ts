import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noFloors } from "../../gpu-worker/detector/decoders/decoder.ts";
import { batchesPerThread, type Detector } from "../../gpu-worker/detector/detector.ts";
import { fitter } from "../../gpu-worker/detector/fit/fit.ts";
import { frameSlots } from "../../gpu-worker/detector/fit/frame-memory.ts";
import { placementOf } from "../../gpu-worker/detector/letterbox.ts";
import { frameBytesOf } from "../../gpu-worker/detector/pixel-layout.ts";
import type { Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { framePipe } from "../../gpu-worker/ffmpeg/frame-pipe.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { rawPictures } from "../../gpu-worker/pipeline/decode/decoder-command.ts";
import { filterGraph } from "../../gpu-worker/pipeline/decode/filter-graph.ts";
import { decodedPicture, truePicture } from "../../gpu-worker/pipeline/decode/true-picture.ts";
import { probe } from "../../gpu-worker/pipeline/probe/probe.ts";

/** What the parts can do, each in seconds for so many frames. */
export interface Bounds {
  /**
   * ffmpeg decodes, and its pictures are fitted into one and the same frame. For a GPU they are only read: one thread
   * could not fit as many as it detects in, and those that feed it do.
   */
  readonly decodeAlone: (frames: number) => Promise<number>;
  /** The model runs on a frame that is in memory already, on all cores. */
  readonly inferAlone: (frames: number) => Promise<number>;
  /** Both at the same time, each for so many frames, until both are done: all that these cores can give. */
  readonly together: (frames: number) => Promise<number>;
}

const quiet = { signal: new AbortController().signal, advance: () => {} };

/** Measures the parts of the worker on one clip, with the worker's own ffmpeg command and sessions, nothing between them. */
export async function boundsOf(
  clip: string,
  { tools, detector }: { readonly tools: Tools; readonly detector: Detector },
): Promise<Bounds> {
  const { ffmpeg, ffprobe } = tools;
  const { input, classes } = detector.manifest;
  const folder = mkdtempSync(join(tmpdir(), "framequeue-bench-"));
  copyFileSync(clip, join(folder, sourceName));
  const video = await probe(ffprobe, { folder, ...quiet });
  const placement = placementOf(video, input);
  const picture = decodedPicture(video, ffmpeg, placement);
  const graph = filterGraph(ffmpeg, {
    picture,
    selection: { expressions: [] },
    before: truePicture(video, ffmpeg, placement),
  });
  const fit = fitter();
  const [slot] = frameSlots(1, { picture, placement, input }).slots;
  const pixels = new Uint8Array(new SharedArrayBuffer(frameBytesOf(input))).fill(114);
  const floors = noFloors(classes.length);

  async function decoded(frames: number): Promise<void> {
    const args = ["-v", "error", "-nostdin", "-i", join(folder, sourceName), "-vf", graph];
    const count = ["-frames:v", String(frames), ...ffmpeg.passthrough];
    await using pipe = await framePipe(folder);
    const child = spawn(ffmpeg.path, [...args, ...count, ...rawPictures], {
      stdio: ["ignore", pipe.writeEnd, "inherit"],
    });
    const exited = once(child, "exit");
    pipe.handedOver();
    while (await pipe.read(slot!.source)) if (detector.provider === "cpu") fit(slot!.frame);
    const [code] = await exited;
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}.`);
  }
  async function inferred(frames: number): Promise<void> {
    const batch = Array.from({ length: detector.batch }, () => ({ pixels }));
    let left = Math.ceil(frames / detector.batch);
    const lane = async () => {
      while (left-- > 0) await detector.detect(batch, floors);
    };
    await Promise.all(Array.from({ length: detector.threads * batchesPerThread }, lane));
  }
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    await work;
    return (performance.now() - startedAt) / 1000;
  };
  return {
    decodeAlone: (frames) => timed(decoded(frames)),
    inferAlone: (frames) => timed(inferred(frames)),
    together: (frames) => timed(Promise.all([decoded(frames), inferred(frames)])),
  };
}
