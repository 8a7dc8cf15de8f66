import type { EngineFacts } from "../contracts/artifact.ts";
import type { PublishedResult } from "../contracts/job.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import { analyse } from "./analyse.ts";
import type { DetectedFrames } from "./detect-frames.ts";
import type { Tools } from "./ffmpeg/find.ts";
import { keepAdvancing } from "./keep-advancing.ts";
import { startExtras } from "./pipeline/publish/extras.ts";
import { publish } from "./pipeline/publish/publish.ts";
import { storeArtifacts } from "./pipeline/publish/store-artifacts.ts";
import type { Plan } from "./plan.ts";
import type { Attempt } from "./attempt.ts";

/** From detected frames to the pointer of a job's result: track, count, and store all that a person sees of it. */
export async function makeResult(
  planned: Plan,
  detected: DetectedFrames,
  attempt: Attempt,
  {
    bucket,
    tools,
    engine,
    now,
    monotonic,
  }: {
    bucket: MediaBucket;
    tools: Tools;
    engine: EngineFacts;
    now: () => number;
    monotonic: () => number;
  },
): Promise<PublishedResult> {
  const { folder, framesTotal } = planned;
  const { row, lease, signal, assertHeld, advance, report, log, times, startedAt } = attempt;
  const firstFrame = Promise.withResolvers<void>();
  const posterTime = Promise.withResolvers<number>();
  await using started = startExtras(tools, {
    ...planned,
    signal,
    log,
    after: firstFrame.promise,
    posterTime: posterTime.promise,
  });
  const analysis = await analyse(planned, detected, {
    ...attempt,
    monotonic,
    onPosterTime: posterTime.resolve,
    onFirstFrame() {
      firstFrame.resolve();
      // What came before is the probe's, also where a tracker holds the frame back.
      report({ stage: "detect", framesDone: 0, framesTotal });
      log("INFO", "the first frame is detected", {
        after_milliseconds: Math.round(monotonic() - startedAt),
      });
    },
  });

  report({ stage: "publish", framesDone: analysis.tally.frames, framesTotal });
  return await keepAdvancing(advance, async () => {
    const extras = await started.finished;
    const artifacts = await storeArtifacts(
      { ...analysis, folder, extras },
      { bucket, lease, assertHeld, signal },
    );
    const seconds = (monotonic() - startedAt) / 1000;
    const { toneMapping } = tools.ffmpeg;
    const result = await publish(
      {
        ...planned,
        ...analysis,
        ...extras,
        toneMapping,
        row,
        engine,
        artifacts,
        seconds,
        now: now(),
      },
      { bucket, lease, assertHeld, signal },
    );
    log("INFO", "the time went", times.seconds());
    return result;
  });
}
