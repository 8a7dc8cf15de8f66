import { PermanentError } from "../contracts/errors.ts";
import type { PublishedResult } from "../contracts/job.ts";
import type { ModelManifest } from "../contracts/model.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import { analyse } from "./analyse.ts";
import type { Detector } from "./detector/detector.ts";
import type { Tools } from "./ffmpeg/find.ts";
import { keepAdvancing } from "./keep-advancing.ts";
import type { Log } from "./log.ts";
import { engineFacts } from "./pipeline/publish/engine.ts";
import { startExtras } from "./pipeline/publish/extras.ts";
import { makePoster } from "./pipeline/publish/poster.ts";
import { publish } from "./pipeline/publish/publish.ts";
import { storeArtifacts } from "./pipeline/publish/store-artifacts.ts";
import { plan } from "./plan.ts";
import { stageTimes } from "./stage-times.ts";
import type { Catalog } from "./resolve-pipeline.ts";
import type { Attempt } from "./run-job.ts";
import type { Scratch } from "./scratch.ts";

export interface ProcessJobDependencies {
  readonly bucket: MediaBucket;
  readonly tools: Tools;
  readonly catalog: Catalog;
  readonly scratch: Scratch;
  readonly modelPath: (
    manifest: ModelManifest,
    options: { signal: AbortSignal; advance: () => void; log: Log },
  ) => Promise<string>;
  readonly detector: (manifest: ModelManifest, modelPath: string) => Promise<Detector>;
  readonly version: string;
  readonly onnxruntimeVersion: string;
  readonly now: () => number;
  readonly monotonic: () => number;
}

/** One job from its source to the pointer of its result: fetch, probe, decode, detect, track, publish. */
export function processJob(dependencies: ProcessJobDependencies) {
  const { bucket, tools, scratch, now, monotonic } = dependencies;

  return async (given: Attempt): Promise<PublishedResult> => {
    const startedAt = monotonic();
    const times = stageTimes(monotonic);
    const report: Attempt["report"] = (progress) => {
      times.enter(progress.stage);
      given.report(progress);
    };
    const attempt = { ...given, report };
    const { row, lease, signal, advance, log } = attempt;
    await using place = await scratch.folder();
    const planned = await plan(attempt, place.path, dependencies);
    const { model, settings, video, framesTotal } = planned;

    const modelPath = await dependencies.modelPath(model, { signal, advance, log });
    const detector = await keepAdvancing(advance, () => dependencies.detector(model, modelPath));
    const { provider } = detector;
    if (settings.require === "gpu" && provider === "cpu") {
      throw new PermanentError("GPU_REQUIRED", "This worker has no GPU that works.");
    }
    log("INFO", "detecting", { frames: framesTotal, codec: video.codec, provider });
    let analysed = false;
    await using started = startExtras(tools, {
      ...planned,
      signal,
      // Until then it is the frames that must advance.
      advance: () => (analysed ? advance() : undefined),
      log,
    });
    const analysis = await analyse(planned, {
      ...attempt,
      ffmpeg: tools.ffmpeg,
      detector,
      monotonic,
      onFirstFrame: () =>
        log("INFO", "the first frame is detected", {
          after_milliseconds: Math.round(monotonic() - startedAt),
        }),
    });

    report({ stage: "publish", framesDone: analysis.tally.frames, framesTotal });
    analysed = true;
    const extras = await started.finished;
    // Awaited here: the folder is gone once this function has returned.
    return await keepAdvancing(advance, async () => {
      const posterPath = makePoster(tools.ffmpeg, {
        folder: place.path,
        video,
        seconds: analysis.tally.posterTime(),
        signal,
      });
      posterPath.catch(() => {});
      const artifacts = await storeArtifacts(
        { ...analysis, folder: place.path, posterPath, extras },
        { bucket, lease, signal },
      );
      const engine = engineFacts({ ...dependencies, provider, modelSha256: model.file.sha256 });
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
        { bucket, lease, signal },
      );
      log("INFO", "the time went", times.seconds());
      return result;
    });
  };
}
