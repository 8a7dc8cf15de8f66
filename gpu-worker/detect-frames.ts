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
  }: {
    ffmpeg: Ffmpeg;
    detector: Detector;
    segment?: SegmentPlace | undefined;
    signal: AbortSignal;
    advance: () => void;
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
    frames: detect(frames, { detector, floors, placement, source: video }),
    account,
    wentAstray,
  };
}
