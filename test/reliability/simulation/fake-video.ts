import { createHash } from "node:crypto";
import type { EngineFacts, Gap } from "../../../contracts/artifact.ts";
import { PermanentError, RetryableError } from "../../../contracts/errors.ts";
import type { PublishedResult } from "../../../contracts/job.ts";
import { keys } from "../../../contracts/keys.ts";
import type { MediaBucket } from "../../../contracts/ports/media-bucket.ts";
import type { Lease } from "../../../contracts/protocol/worker-transitions.ts";
import type { SegmentRow } from "../../../contracts/segment.ts";
import type { Stages } from "../../../gpu-worker/process-work.ts";
import type { Attempt } from "../../../gpu-worker/attempt.ts";
import { Stopped } from "../../../gpu-worker/stopped.ts";
import { wait } from "../../../gpu-worker/wait.ts";
import { engineOfSegments } from "../../../gpu-worker/verify-segments.ts";
import { anEngine } from "../../support/engine.ts";
import { anEmptySummary } from "../../support/result-summary.ts";

/** A video that is none: what would be found in it follows from its name. */
export interface FakeVideo {
  readonly name: string;
  readonly segments: number;
  /** Steps of work in each, and how long one takes. */
  readonly steps: number;
  readonly stepSeconds: number;
  readonly partialAllowed: boolean;
}

/** What goes wrong with a video's work, apart from the machines. `segment` is the one it goes wrong in. */
export type Trouble =
  | { readonly is: "none" }
  | { readonly is: "retryable" | "hang"; readonly segment: number; readonly times: number }
  | { readonly is: "permanent" | "poison"; readonly segment: number };

export const framesPerSegment = 10;

const sha256 = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");

/** What a worker of this engine finds in one segment. */
const found = ({ name }: FakeVideo, index: number, engine: string): string =>
  `${name} segment ${index} by ${engine.slice(0, 4)}: ${sha256(name + index).slice(0, 12)}\n`;

/** The bytes of a result, without the segments that are named missing. */
export const expectedBytes = (
  video: FakeVideo,
  engine: string,
  missing: ReadonlySet<number> = new Set(),
): string =>
  Array.from({ length: video.segments }, (_, index) =>
    missing.has(index) ? "" : found(video, index, engine),
  ).join("");

export const engineOf = (letter: string): EngineFacts => ({
  ...anEngine,
  fingerprint: letter.repeat(64),
});

export interface FakeStagesDependencies {
  readonly bucket: MediaBucket;
  readonly engine: EngineFacts;
  readonly videoOf: (filename: string) => { readonly video: FakeVideo; readonly trouble: Trouble };
  /** Counts tries of a troubled segment, in every worker's life. */
  readonly troubled: (jobId: string, run: number) => number;
  readonly die: () => void;
  readonly artifactKey: (lease: Lease, name: string) => string;
}

/** The pipeline's stages on fake videos: real objects under the lease's own keys, real signals, virtual time. */
export function fakeStages(dependencies: FakeStagesDependencies): Stages {
  const { bucket, engine, videoOf, troubled, die, artifactKey } = dependencies;
  const contentType = "application/gzip";

  async function read(key: string, options?: { ifMatch: string }): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await bucket.read(key, options)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async function detect(attempt: Attempt, index: number): Promise<string> {
    const { run } = attempt.lease;
    const { video, trouble } = videoOf(attempt.row.filename);
    for (let step = 0; step < video.steps; step++) {
      await wait(video.stepSeconds, attempt.signal);
      attempt.signal.throwIfAborted();
      if (trouble.is !== "none" && trouble.segment === index && step === 0) {
        await goWrong(trouble, attempt, run);
      }
      attempt.advance();
      attempt.report({ stage: "detect", framesDone: step });
    }
    return found(video, index, engine.fingerprint);
  }

  async function goWrong(trouble: Trouble, { lease, signal }: Attempt, run: number): Promise<void> {
    if (trouble.is === "poison") die();
    if (trouble.is === "permanent") throw new PermanentError("NOT_A_VIDEO", "injected: no video");
    if (trouble.is !== "retryable" && trouble.is !== "hang") return;
    if (troubled(lease.jobId, run) > trouble.times) return;
    if (trouble.is === "retryable") throw new RetryableError("DECODE_STALLED", "injected: stalled");
    await wait(1e9, signal);
    signal.throwIfAborted();
  }

  async function store(
    attempt: Attempt,
    body: string,
    gaps: readonly Gap[],
    { fingerprint }: EngineFacts,
  ): Promise<PublishedResult> {
    const { lease, assertHeld, report } = attempt;
    report({ stage: "publish", framesDone: 1 });
    const detectionsKey = artifactKey(lease, "detections.ndjson.gz");
    const manifestKey = artifactKey(lease, "manifest.json");
    assertHeld();
    const digest = sha256(body);
    await bucket.create(detectionsKey, Buffer.from(body), { contentType, sha256: digest });
    const { run, fence } = lease;
    const manifest = JSON.stringify({ run, fence, fingerprint, gaps, detectionsKey, digest });
    const manifestSha256 = sha256(manifest);
    assertHeld();
    await bucket.create(manifestKey, Buffer.from(manifest), {
      contentType: "application/json",
      sha256: manifestSha256,
    });
    const frames = videoOf(attempt.row.filename).video.segments * framesPerSegment;
    const completeness: "partial" | "complete" = gaps.length > 0 ? "partial" : "complete";
    const summary = {
      ...anEmptySummary,
      completeness,
      gaps: [...gaps],
      frames_analysed: frames,
    };
    return { manifestKey, manifestSha256, run, fence, summary };
  }

  return {
    async cut(attempt) {
      const { source, filename } = attempt.row;
      await read(source!.key, { ifMatch: source!.etag });
      attempt.signal.throwIfAborted();
      const { video, trouble } = videoOf(filename);
      if (trouble.is === "permanent" && trouble.segment < 0) {
        throw new PermanentError("NOT_A_VIDEO", "injected: no video");
      }
      const segments = Array.from({ length: video.segments }, (_, index) => ({
        index,
        fromPts: index * framesPerSegment,
        toPts: (index + 1) * framesPerSegment,
        packets: framesPerSegment,
        framesTotal: framesPerSegment,
        ptsSha256: video.name,
      }));
      return { segments, engine, partialAllowed: video.partialAllowed };
    },

    async whole(attempt) {
      return store(attempt, await detect(attempt, 0), [], engine);
    },

    async part(attempt, segment) {
      if (segment.engine !== engine.fingerprint) throw new Stopped("other_engine");
      const { lease, assertHeld } = attempt;
      const body = await detect(attempt, segment.index);
      const key = keys.segmentPart(
        lease.jobId,
        lease.run,
        segment.planFence,
        segment.index,
        lease.fence,
      );
      assertHeld();
      await bucket.create(key, Buffer.from(body), { contentType, sha256: sha256(body) });
      return {
        key,
        sha256: sha256(body),
        frames: framesPerSegment,
        framesDecoded: framesPerSegment,
        engine: engine.fingerprint,
        gaps: [],
      };
    },

    async join(attempt, segments) {
      let body = "";
      for (const { part } of segments) if (part) body += await partOf(part);
      attempt.advance();
      await wait(0.3, attempt.signal);
      attempt.signal.throwIfAborted();
      return store(attempt, body, segments.flatMap(gapOf), engineOfSegments(segments));
    },
  };

  async function partOf({ key, sha256: expected }: NonNullable<SegmentRow["part"]>) {
    const bytes = await read(key);
    if (sha256(bytes) === expected) return bytes.toString();
    throw new RetryableError("SEGMENTS_DISAGREE", `The object ${key} is not what its row says.`);
  }
}

const gapOf = ({ fromPts, toPts, part, error }: SegmentRow): Gap[] =>
  part ? [] : [{ start: fromPts, end: toPts, reason: error?.code ?? "none" }];
