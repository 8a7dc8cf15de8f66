import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { join } from "node:path";
import type { FrameDetections } from "../contracts/detection.ts";
import { RetryableError } from "../contracts/errors.ts";
import { keys } from "../contracts/keys.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import type { SegmentPart, SegmentRow } from "../contracts/segment.ts";
import type { DetectedFrames } from "./detect-frames.ts";
import { gapsOfSegments } from "./pipeline/decode/gaps.ts";
import { clockOf } from "./pipeline/decode/timeline.ts";
import { fileFacts } from "./pipeline/publish/sha256.ts";
import { linesOf } from "./lines-of.ts";
import type { Plan } from "./plan.ts";
import type { Attempt } from "./attempt.ts";
import { transferError } from "./transfer-error.ts";
import { writeFrames } from "./write-frames.ts";

const contentType = "application/gzip";

/** Stores the frames of one segment where only this lease writes. */
export async function storePart(
  { folder }: Plan,
  segment: SegmentRow,
  detected: DetectedFrames,
  attempt: Pick<Attempt, "lease" | "signal" | "assertHeld" | "advance" | "report"> & {
    bucket: Pick<MediaBucket, "create">;
    /** Fingerprint of what detected them. */
    engine: string;
    monotonic: () => number;
  },
): Promise<SegmentPart> {
  const { lease, signal, assertHeld, bucket, engine } = attempt;
  const path = join(folder, "part.ndjson.gz");
  const { framesTotal, planFence, index } = segment;
  const frames = await writeFrames(detected.frames, { ...attempt, path, framesTotal });
  const { framesDecoded, gaps } = detected.account();
  if (frames < framesTotal && gaps.length === 0) {
    throw new RetryableError(
      "VIDEO_INCOMPLETE",
      `${frames} of ${framesTotal} frames of segment ${index} came, and no gap is known.`,
    );
  }
  const { sha256 } = await fileFacts(path);
  assertHeld();
  const key = keys.segmentPart(lease.jobId, lease.run, planFence, index, lease.fence);
  await bucket.create(key, { path }, { contentType, sha256, signal }).catch((error: unknown) => {
    throw transferError(`The frames of segment ${index} could not be stored`, error);
  });
  return { key, sha256, frames, framesDecoded, engine, gaps };
}

/** The frames of all segments in order, out of their parts. A segment that failed is a gap with its reason. */
export function framesOfParts(
  segments: readonly SegmentRow[],
  { video }: Pick<Plan, "video">,
  bucket: Pick<MediaBucket, "read">,
  signal: AbortSignal,
): DetectedFrames {
  const parts = segments.flatMap(({ part }) => part ?? []);
  const clock = clockOf(video);
  const lost = segments
    .filter(({ part }) => !part)
    .map(({ fromPts, toPts, error }) => ({
      start: clock.secondsAt(fromPts),
      end: clock.secondsAt(toPts),
      reason: `the segment could not be detected (${error?.code ?? "WORKER_FAILED"})`,
    }));
  return {
    frames: (async function* () {
      for (const part of parts) yield* framesOfPart(part, bucket, signal);
    })(),
    account: () => ({
      framesDecoded: parts.reduce((sum, { framesDecoded }) => sum + framesDecoded, 0),
      gaps: gapsOfSegments([...parts.flatMap(({ gaps }) => gaps), ...lost]),
    }),
  };
}

/** Throws `RetryableError` where the object is not the one that the segment's row names. */
async function* framesOfPart(
  { key, sha256, frames }: SegmentPart,
  bucket: Pick<MediaBucket, "read">,
  signal: AbortSignal,
): AsyncGenerator<FrameDetections> {
  const hash = createHash("sha256");
  const chunks = await bucket.read(key, { signal });
  const hashed = (async function* () {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  })();
  const source = Readable.from(hashed);
  const unzipped = source.pipe(createGunzip());
  source.on("error", (error) => unzipped.destroy(error));
  let count = 0;
  for await (const line of linesOf(unzipped)) {
    count++;
    yield JSON.parse(line) as FrameDetections;
  }
  if (count !== frames || hash.digest("hex") !== sha256) {
    throw new RetryableError("SEGMENTS_DISAGREE", `The object ${key} is not what its row says.`);
  }
}
