import type { Detection, FrameDetections } from "../../../contracts/detection.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Floors } from "../../detector/decoders/decoder.ts";
import { batchesPerThread, type Detector } from "../../detector/detector.ts";
import { boxInSource, type Placement } from "../../detector/letterbox.ts";
import { rawWidth, type RawDetections } from "../../detector/session.ts";
import type { Frame } from "../decode/decode.ts";
import { batchesOf } from "./batches.ts";

/** Batches that are asked for at once: with one more than its threads have in line, none of them runs dry. */
const batchesAhead = ({ threads }: Pick<Detector, "threads">): number =>
  threads * (batchesPerThread + 1);

/** How many frames are in memory at once between decoder and detector: fewer of them where they are huge. */
export function framesInFlight(
  detector: Pick<Detector, "threads" | "batch">,
  frameBytes: number,
): number {
  const { batch } = detector;
  const wanted = (batchesAhead(detector) + 1) * batch;
  return Math.max(batch, Math.min(wanted, Math.floor(limits.framesBytesMax / frameBytes)));
}

export interface DetectRequest {
  readonly detector: Pick<Detector, "detect" | "threads" | "batch" | "manifest">;
  readonly floors: Floors;
  readonly placement: Placement;
  /** Size of the picture as displayed. */
  readonly source: { readonly width: number; readonly height: number };
}

/**
 * Stage 3 of 5: frames in, detections out, one element per frame, in order, several batches side by side. Which frames
 * make a batch depends on their order alone, so that the same video gives the same numbers every time.
 */
export async function* detect(
  frames: AsyncIterable<Frame>,
  { detector, floors, placement, source }: DetectRequest,
): AsyncGenerator<FrameDetections> {
  const { classes } = detector.manifest;
  const ahead: Promise<FrameDetections[]>[] = [];
  let batches = 0;

  async function detected(batch: readonly Frame[]): Promise<FrameDetections[]> {
    try {
      const raw = await detector.detect(
        batch.map(({ slot }) => slot.frame),
        floors,
      );
      return batch.map(({ frameIndex, pts, t }, position) => ({
        frame_index: frameIndex,
        pts,
        t,
        detections: named(raw[position]!, classes, placement, source),
      }));
    } finally {
      for (const { release } of batch) release();
    }
  }

  for await (const batch of batchesOf(frames, detector.batch)) {
    const answer = detected(batch);
    // It may fail while an earlier one is still awaited; the failure is met when its turn comes.
    answer.catch(() => {});
    ahead.push(answer);
    // The first has the cores to itself, so that the first boxes are there as soon as can be.
    const room = batches++ === 0 ? 1 : batchesAhead(detector);
    if (ahead.length >= room) yield* await ahead.shift()!;
  }
  for (const answer of ahead) yield* await answer;
}

/** Detections with their names, in pixels of the source, rounded as they are stored: best first. What lies outside the picture is none. */
function named(
  raw: RawDetections,
  classes: readonly string[],
  placement: Placement,
  source: { readonly width: number; readonly height: number },
): Detection[] {
  const detections: Detection[] = [];
  const end = Math.min(raw.length, limits.detectionsPerFrameMax * rawWidth);
  for (let at = 0; at < end; at += rawWidth) {
    // By index: taken apart by an iterator, each box would cost a view and an iterator.
    const corners = [raw[at]!, raw[at + 1]!, raw[at + 2]!, raw[at + 3]!] as const;
    const [x1, y1, x2, y2] = boxInSource(corners, placement, source);
    const box: Detection["box"] = [hundredth(x1), hundredth(y1), hundredth(x2), hundredth(y2)];
    if (box[0] >= box[2] || box[1] >= box[3]) continue;
    const class_id = raw[at + 5]!;
    const score = Math.min(1, Math.max(0, Math.round(raw[at + 4]! * 1e4) / 1e4));
    detections.push({ class_id, label: classes[class_id]!, score, box });
  }
  return detections;
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;
