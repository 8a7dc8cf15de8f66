import type { FrameDetections } from "../contracts/detection.ts";
import { detectionsFile } from "./pipeline/publish/detections-file.ts";
import type { Attempt } from "./attempt.ts";

/** Writes one line per frame, compressed, shows how far it is, and answers how many there were. */
export async function writeFrames(
  frames: AsyncIterable<FrameDetections>,
  {
    path,
    framesTotal,
    onFrame,
    signal,
    advance,
    report,
    monotonic,
  }: Pick<Attempt, "signal" | "advance" | "report"> & {
    path: string;
    framesTotal: number;
    onFrame?: (frame: FrameDetections) => void;
    monotonic: () => number;
  },
): Promise<number> {
  await using file = detectionsFile(path);
  let firstAt: number | undefined;
  let framesDone = 0;
  for await (const frame of frames) {
    signal.throwIfAborted();
    await file.write(frame);
    framesDone++;
    onFrame?.(frame);
    advance();

    // A start says nothing of a rate, and so of the time that is left: it counts from the first frame on.
    firstAt ??= monotonic();
    const seconds = Math.max((monotonic() - firstAt) / 1000, 0.001);
    const framesPerSecond = Math.round(((framesDone - 1) / seconds) * 10) / 10;
    report({
      stage: "detect",
      framesDone,
      framesTotal,
      ...(framesDone > 1 && { framesPerSecond }),
    });
  }
  await file.end();
  return framesDone;
}
