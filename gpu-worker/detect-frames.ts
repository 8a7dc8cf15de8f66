import type { Gap } from "../contracts/artifact.ts";
import type { FrameDetections } from "../contracts/detection.ts";
import type { Detector } from "./detector/detector.ts";
import { frameSlots, slotBytesOf, type FrameMemories } from "./detector/fit/frame-memory.ts";
import { placementOf } from "./detector/letterbox.ts";
import type { Ffmpeg } from "./ffmpeg/find.ts";
import type { SegmentPlace } from "./pipeline/cut/segment.ts";
import { decode, type Decoding } from "./pipeline/decode/decode.ts";
import { framePool } from "./pipeline/decode/frame-pool.ts";
import { decodedPicture } from "./pipeline/decode/true-picture.ts";
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
    memories,
    segment,
    signal,
    advance,
    times,
  }: {
    ffmpeg: Ffmpeg;
    detector: Detector;
    memories: FrameMemories;
    segment?: SegmentPlace | undefined;
    signal: AbortSignal;
    advance: () => void;
    /** Is told how long frames are waited for, and detected. */
    times?: Pick<StageTimes, "during">;
  },
): DetectedFrames & Pick<Decoding, "wentAstray"> {
  const placement = placementOf(video, input);
  const request = { picture: decodedPicture(video, ffmpeg, placement), placement, input };
  const { slots, memory } = frameSlots(
    framesInFlight(detector, slotBytesOf(request)),
    request,
    memories.take,
  );
  const { frames, account, wentAstray } = decode(ffmpeg, {
    folder,
    video,
    selection,
    segment,
    placement,
    picture: request.picture,
    pool: framePool(slots),
    signal,
    advance,
    standby,
  });
  const watched = answered(detector);
  const detected = detect(times ? timed(frames, times) : frames, {
    detector: times ? timedDetector(watched, times) : watched,
    floors,
    placement,
    source: video,
  });
  async function* toTheEnd(): AsyncGenerator<FrameDetections> {
    try {
      yield* detected;
    } finally {
      // Also after a failure or a stop, for what is dropped may never be collected: V8 does not see its size.
      await watched.allAnswered();
      // A thread that was given up may still write into it.
      if (!detector.broken) memories.giveBack(memory);
    }
  }
  return {
    frames: toTheEnd(),
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

type Detecting = Pick<Detector, "detect" | "threads" | "batch" | "manifest">;

/** The detector, and a wait until nothing that was asked of it is open. */
function answered({ detect, threads, batch, manifest }: Detector): Detecting & {
  readonly allAnswered: () => Promise<unknown>;
} {
  const open = new Set<Promise<unknown>>();
  return {
    threads,
    batch,
    manifest,
    detect(frames, floors) {
      const answer = detect(frames, floors);
      open.add(answer);
      const close = () => open.delete(answer);
      answer.then(close, close);
      return answer;
    },
    allAnswered: () => Promise.allSettled(open),
  };
}

const timedDetector = (
  { detect, threads, batch, manifest }: Detecting,
  { during }: Pick<StageTimes, "during">,
): Detecting => ({
  threads,
  batch,
  manifest,
  detect: (frames, floors) => during("infer", () => detect(frames, floors)),
});
