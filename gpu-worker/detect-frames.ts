import type { Gap } from "../contracts/artifact.ts";
import type { FrameDetections } from "../contracts/detection.ts";
import type { Detector } from "./detector/detector.ts";
import { placementOf } from "./detector/letterbox.ts";
import { frameBytesOf } from "./detector/pixel-layout.ts";
import type { Ffmpeg } from "./ffmpeg/find.ts";
import type { SegmentPlace } from "./pipeline/cut/segment.ts";
import { decode, type Decoding } from "./pipeline/decode/decode.ts";
import { framePool } from "./pipeline/decode/frame-pool.ts";
import { detect, framesInFlight } from "./pipeline/detect/detect.ts";
import type { Plan } from "./plan.ts";
import type { StageTimes } from "./stage-times.ts";

/** Frames with what was found in them, in order, wherever they come from. */
export interface DetectedFrames {
  readonly frames: AsyncIterable<FrameDetections>;
  /** After the last: what became of all that the container promised. */
  readonly account: () => { readonly framesDecoded: number; readonly gaps: readonly Gap[] };
}

/** Decodes and detects, each frame only when the next stage asks for it: all that is selected, or one segment of it. */
export function detectFrames(
  {
    folder,
    model: { input },
    floors,
    video,
    selection,
    standby,
  }: Omit<Plan, "cut" | "framesTotal">,
  {
    ffmpeg,
    detector,
    segment,
    signal,
    advance,
    times,
  }: {
    ffmpeg: Ffmpeg;
    detector: Detector;
    segment?: SegmentPlace | undefined;
    signal: AbortSignal;
    advance: () => void;
    /** Is told how long frames are waited for, and detected. */
    times?: Pick<StageTimes, "during">;
  },
): DetectedFrames & Pick<Decoding, "wentAstray"> {
  const placement = placementOf(video, input);
  const pool = framePool(framesInFlight(detector), frameBytesOf(input));
  const { frames, account, wentAstray } = decode(ffmpeg, {
    folder,
    video,
    selection,
    segment,
    placement,
    input,
    pool,
    signal,
    advance,
    standby,
  });
  return {
    frames: detect(times ? timed(frames, times) : frames, {
      detector: times ? timedDetector(detector, times) : detector,
      floors,
      placement,
      source: video,
    }),
    account,
    wentAstray,
  };
}

async function* timed<Item>(
  items: AsyncIterable<Item>,
  { during }: Pick<StageTimes, "during">,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await during("decode", () => iterator.next());
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

const timedDetector = (
  { detect, threads, batch, manifest }: Detector,
  { during }: Pick<StageTimes, "during">,
): Pick<Detector, "detect" | "threads" | "batch" | "manifest"> => ({
  threads,
  batch,
  manifest,
  detect: (frames, floors) => during("infer", () => detect(frames, floors)),
});
