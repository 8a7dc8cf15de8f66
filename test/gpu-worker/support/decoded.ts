import { createHash } from "node:crypto";
import type { ModelInput } from "../../../contracts/model.ts";
import type { JobOptions, Sampling } from "../../../contracts/pipeline.ts";
import { placementOf } from "../../../gpu-worker/detector/letterbox.ts";
import type { Tools } from "../../../gpu-worker/ffmpeg/find.ts";
import { decode } from "../../../gpu-worker/pipeline/decode/decode.ts";
import { framePool } from "../../../gpu-worker/pipeline/decode/frame-pool.ts";
import { selectionOf } from "../../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../../../gpu-worker/pipeline/decode/timeline.ts";
import { probe } from "../../../gpu-worker/pipeline/probe/probe.ts";
import { builtInManifests } from "../../../models/catalog.ts";

const quiet = { signal: new AbortController().signal, advance: () => {} };

/** A small input in which the test can see the picture. */
export const smallInput = {
  ...builtInManifests[0]!.input,
  layout: "NHWC" as const,
  width: 64,
  height: 64,
  anchor: "top-left" as const,
};

/** Every frame that the decoder gives for the video in the folder, and its account of them. */
export async function decoded(
  folder: string,
  { ffmpeg, ffprobe }: Tools,
  {
    sampling = { mode: "every" },
    range,
    input = smallInput,
  }: {
    sampling?: Sampling;
    range?: JobOptions["time_range"];
    input?: ModelInput;
  } = {},
) {
  const video = await probe(ffprobe, { folder, ...quiet });
  const clock = clockOf(video);
  const selection = selectionOf(sampling, { range, clock, pts: video.packets.pts });
  const placement = placementOf(video, input);
  const decoding = decode(ffmpeg, {
    folder,
    video,
    selection,
    placement,
    input,
    pool: framePool(2, input.width * input.height * 3),
    ...quiet,
  });

  const frames = [];
  for await (const { frameIndex, pts, t, pixels, release } of decoding.frames) {
    const digest = createHash("sha256").update(pixels).digest("hex");
    frames.push({ frameIndex, pts, t, digest, pixels: Uint8Array.from(pixels) });
    release();
  }
  return { frames, video, placement, ...decoding.account() };
}
