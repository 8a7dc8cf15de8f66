import { createHash } from "node:crypto";
import type { ModelInput } from "../../../contracts/model.ts";
import type { JobOptions, Sampling } from "../../../contracts/pipeline.ts";
import { fitter } from "../../../gpu-worker/detector/fit/fit.ts";
import { frameSlots } from "../../../gpu-worker/detector/fit/frame-memory.ts";
import { placementOf } from "../../../gpu-worker/detector/letterbox.ts";
import type { Tools } from "../../../gpu-worker/ffmpeg/find.ts";
import type { SegmentPlace } from "../../../gpu-worker/pipeline/cut/segment.ts";
import { decode } from "../../../gpu-worker/pipeline/decode/decode.ts";
import { framePool } from "../../../gpu-worker/pipeline/decode/frame-pool.ts";
import { selectionOf, type Selection } from "../../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../../../gpu-worker/pipeline/decode/timeline.ts";
import { decodedPicture } from "../../../gpu-worker/pipeline/decode/true-picture.ts";
import { probe, type Video } from "../../../gpu-worker/pipeline/probe/probe.ts";
import { builtInManifests } from "../../../models/catalog.ts";

const fit = fitter();
const quiet = { signal: new AbortController().signal, advance: () => {} };

/** A small input in which the test can see the picture. */
export const smallInput = {
  ...builtInManifests[0]!.input,
  layout: "NHWC" as const,
  width: 64,
  height: 64,
  anchor: "top-left" as const,
};

export interface Asked {
  readonly sampling?: Sampling;
  readonly range?: JobOptions["time_range"];
  readonly input?: ModelInput;
}

/** What the worker knows of the video in the folder before it decodes, and what of it is asked for. */
export async function opened(
  folder: string,
  { ffprobe }: Pick<Tools, "ffprobe">,
  { sampling = { mode: "every" }, range, input = smallInput }: Asked = {},
) {
  const video = await probe(ffprobe, { folder, ...quiet });
  const clock = clockOf(video);
  const selection = selectionOf(sampling, { range, clock, pts: video.packets.pts });
  return { folder, video, selection, input };
}

/** Every frame that the decoder gives, and its account of them. */
export async function framesOf(
  { ffmpeg }: Pick<Tools, "ffmpeg">,
  request: { folder: string; video: Video; selection: Selection; input: ModelInput },
  segment?: SegmentPlace,
) {
  const { video, input } = request;
  const placement = placementOf(video, input);
  const picture = decodedPicture(video, ffmpeg, placement);
  const decoding = decode(ffmpeg, {
    ...request,
    segment,
    placement,
    picture,
    pool: framePool(frameSlots(2, { picture, placement, input }).slots),
    ...quiet,
  });

  const frames = [];
  for await (const { frameIndex, pts, t, slot, release } of decoding.frames) {
    fit(slot.frame);
    const { pixels } = slot.frame;
    const digest = createHash("sha256").update(pixels).digest("hex");
    frames.push({ frameIndex, pts, t, digest, pixels: Uint8Array.from(pixels) });
    release();
  }
  return { frames, video, placement, astray: decoding.wentAstray(), ...decoding.account() };
}

/** Every frame that the decoder gives for the video in the folder, and its account of them. */
export async function decoded(folder: string, tools: Tools, asked: Asked = {}) {
  return framesOf(tools, await opened(folder, tools, asked));
}
