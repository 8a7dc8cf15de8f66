import type { Detection, FrameDetections } from "../../../contracts/detection.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Detector } from "../../detector/detector.ts";
import { boxInSource, type Placement } from "../../detector/letterbox.ts";
import type { Floors } from "../../detector/decoders/decoder.ts";
import { rawWidth, type RawDetections } from "../../detector/session.ts";
import type { Frame } from "../decode/decode.ts";

/** Frames that wait in line for each detector thread, so that none stands idle while the next is decoded. */
const framesPerThread = 2;

/** How many frames are in memory at once between decoder and detector. */
export const framesInFlight = (threads: number): number => threads * framesPerThread + 1;

export interface DetectRequest {
  readonly detector: Pick<Detector, "detect" | "threads" | "manifest">;
  readonly floors: Floors;
  readonly placement: Placement;
  /** Size of the picture as displayed. */
  readonly source: { readonly width: number; readonly height: number };
}

/** Stage 3 of 5: frames in, detections out, one element per frame, in order, several frames side by side. */
export async function* detect(
  frames: AsyncIterable<Frame>,
  { detector, floors, placement, source }: DetectRequest,
): AsyncGenerator<FrameDetections> {
  const ahead: Promise<FrameDetections>[] = [];

  async function detected({
    pixels,
    release,
    frameIndex,
    pts,
    t,
  }: Frame): Promise<FrameDetections> {
    try {
      const raw = await detector.detect(pixels, floors);
      const detections = named(raw, detector.manifest.classes, placement, source);
      return { frame_index: frameIndex, pts, t, detections };
    } finally {
      release();
    }
  }

  for await (const frame of frames) {
    const answer = detected(frame);
    // It may fail while an earlier one is still awaited; the failure is met when its turn comes.
    answer.catch(() => {});
    ahead.push(answer);
    if (ahead.length >= detector.threads * framesPerThread) yield await ahead.shift()!;
  }
  for (const answer of ahead) yield await answer;
}

/** Detections with their names, in pixels of the source, rounded as they are stored: best first. */
function named(
  raw: RawDetections,
  classes: readonly string[],
  placement: Placement,
  source: { readonly width: number; readonly height: number },
): Detection[] {
  const detections: Detection[] = [];
  const end = Math.min(raw.length, limits.detectionsPerFrameMax * rawWidth);
  for (let at = 0; at < end; at += rawWidth) {
    const [x1, y1, x2, y2, score, classId] = raw.subarray(
      at,
      at + rawWidth,
    ) as unknown as number[] & [number, number, number, number, number, number];
    const box = boxInSource([x1, y1, x2, y2], placement, source).map(hundredth);
    detections.push({
      class_id: classId,
      label: classes[classId]!,
      score: Math.min(1, Math.max(0, Math.round(score * 1e4) / 1e4)),
      box: box as Detection["box"],
    });
  }
  return detections;
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;
