import { PermanentError } from "../contracts/errors.ts";
import type { EngineFacts } from "../contracts/artifact.ts";
import type { PublishedResult } from "../contracts/job.ts";
import type { ModelManifest } from "../contracts/model.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import type { SegmentRow } from "../contracts/segment.ts";
import type { DetectorCache } from "./detector-cache.ts";
import { detectFrames } from "./detect-frames.ts";
import type { Detector } from "./detector/detector.ts";
import type { Provider } from "./detector/providers.ts";
import type { Tools } from "./ffmpeg/find.ts";
import { keepAdvancing } from "./keep-advancing.ts";
import type { Log } from "./log.ts";
import { engineFacts } from "./pipeline/publish/engine.ts";
import { makeResult } from "./make-result.ts";
import { rehearsed } from "./pipeline/cut/rehearse.ts";
import { plan, type Plan } from "./plan.ts";
import type { Stages } from "./process-work.ts";
import type { Catalog } from "./resolve-pipeline.ts";
import type { Attempt } from "./attempt.ts";
import type { Scratch } from "./scratch.ts";
import { placeOf } from "./segment-place.ts";
import { framesOfParts, storePart } from "./segment-parts.ts";
import { frameMemories } from "./detector/fit/frame-memory.ts";
import { jobFolders } from "./job-folders.ts";
import { sourceCache } from "./source-cache.ts";
import { Stopped } from "./stopped.ts";
import { engineOfSegments, verifyCover } from "./verify-segments.ts";

export interface StagesDependencies {
  readonly bucket: MediaBucket;
  readonly tools: Tools;
  readonly catalog: Catalog;
  readonly scratch: Scratch;
  readonly modelPath: (
    manifest: ModelManifest,
    options: { signal: AbortSignal; advance: () => void; log: Log },
  ) => Promise<string>;
  readonly detectors: Pick<DetectorCache, "warm" | "load">;
  readonly provider: Provider;
  /** Part of the probe's nodes that ran on the provider, 0–1. */
  readonly providerNodeShare: number;
  readonly version: string;
  readonly onnxruntimeVersion: string;
  /** Frames of one segment, about. */
  readonly segmentFrames: number;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly log: Log;
}

/** The pipeline on a worker's own tools: fetch, probe, decode, detect, track, publish. */
export function pipelineStages(dependencies: StagesDependencies): Stages &
  AsyncDisposable & {
    readonly idle: () => Promise<void>;
    /** Starts what the next job begins with, after the first one; not while more of the last one may come. */
    readonly ready: () => void;
  } {
  const { bucket, tools, provider, monotonic } = dependencies;
  const { ffmpeg } = tools;
  const folders = jobFolders(dependencies);
  const sources = sourceCache(folders);

  const memories = frameMemories();
  let worked = false;

  async function planned(attempt: Attempt): Promise<Plan> {
    worked = true;
    return sources.get(attempt.row, (folder) => plan(attempt, folder, dependencies));
  }

  function ready(): void {
    if (worked && sources.isEmpty()) folders.ready();
  }

  const engineOf = ({ model }: Plan): EngineFacts => engineFacts({ ...dependencies, model });

  async function loaded({ model, settings }: Plan, attempt: Attempt): Promise<Detector> {
    const { signal, advance, log } = attempt;
    if (settings.require === "gpu" && provider === "cpu") {
      throw new PermanentError("GPU_REQUIRED", "This worker has no GPU that works.");
    }
    const { detectors } = dependencies;
    const warm = detectors.warm(model);
    if (warm) return warm;
    const modelPath = await dependencies.modelPath(model, { signal, advance, log });
    return keepAdvancing(advance, () => detectors.load(model, modelPath));
  }

  async function whole(attempt: Attempt): Promise<PublishedResult> {
    try {
      const looked = await planned(attempt);
      const detector = await loaded(looked, attempt);
      attempt.log("INFO", "detecting", {
        frames: looked.framesTotal,
        codec: looked.video.codec,
        provider,
      });
      const { signal, advance, times } = attempt;
      const detected = detectFrames(looked, {
        signal,
        advance,
        times,
        ffmpeg,
        detector,
        memories,
      });
      return await makeResult(looked, detected, attempt, {
        ...dependencies,
        engine: engineOf(looked),
      });
    } finally {
      await sources.drop();
    }
  }

  async function part(attempt: Attempt, segment: SegmentRow) {
    const looked = await planned(attempt);
    const engine = engineOf(looked).fingerprint;
    if (engine !== segment.engine) throw new Stopped("other_engine");
    const place = placeOf(segment, looked.video.packets);
    const detector = await loaded(looked, attempt);
    const detected = detectFrames(looked, {
      ...attempt,
      ffmpeg,
      detector,
      memories,
      segment: place,
    });
    const stored = await storePart(looked, segment, detected, {
      ...attempt,
      bucket,
      engine,
      monotonic,
    });
    if (detected.wentAstray()) {
      attempt.log("WARN", "a seek went astray: the segment was decoded from the file's beginning");
    }
    return stored;
  }

  async function join(attempt: Attempt, segments: readonly SegmentRow[]): Promise<PublishedResult> {
    try {
      const looked = await planned(attempt);
      verifyCover(segments, looked.cut);
      for (const segment of segments) placeOf(segment, looked.video.packets);
      const detected = framesOfParts(segments, looked, bucket, attempt.signal);
      const engine = engineOfSegments(segments);
      return await makeResult(looked, detected, attempt, { ...dependencies, engine });
    } finally {
      await sources.drop();
    }
  }

  return {
    async cut(attempt) {
      const looked = await planned(attempt);
      const { signal, advance } = attempt;
      const { segments, undivided } = await rehearsed(ffmpeg, { ...looked, signal, advance });
      if (undivided) attempt.log("INFO", "the video stays in one piece", { why: undivided });
      return {
        segments: segments.map(({ from: _from, to: _to, ...segment }) => segment),
        engine: engineOf(looked),
        partialAllowed: looked.settings.partial,
      };
    },
    whole,
    part,
    join,
    async idle() {
      await sources.drop();
      ready();
    },
    ready,
    async [Symbol.asyncDispose]() {
      await sources.drop();
      await folders.close();
    },
  };
}
