import { availableParallelism } from "node:os";
import { join } from "node:path";
import onnxruntime from "onnxruntime-node/package.json" with { type: "json" };
import type { WorkerCapabilities } from "../contracts/job.ts";
import { decoderNames } from "../contracts/model-output.ts";
import type { ModelManifest } from "../contracts/model.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import { detectorCache, type DetectorCache } from "./detector-cache.ts";
import { openDetector } from "./detector/detector.ts";
import { sharedDetectors } from "./detector/open-shared.ts";
import { profileIn } from "./detector/profiled-nodes.ts";
import type { Provider } from "./detector/providers.ts";
import { oneThreadEach } from "./detector/share-threads.ts";
import { findTools, type Tools } from "./ffmpeg/find.ts";
import type { Log } from "./log.ts";
import { modelStore } from "./model-store.ts";
import type { StagesDependencies } from "./stages.ts";
import type { Catalog } from "./resolve-pipeline.ts";
import { endWhatIsLeft } from "./ffmpeg/end-what-is-left.ts";
import { isAlive, openScratch, type Scratch } from "./scratch.ts";
import { workingProviders, type FoundProviders } from "./working-providers.ts";

export interface PrepareDependencies {
  readonly catalog: Catalog;
  readonly bucket: MediaBucket;
  readonly builtInDirectory: string;
  readonly cacheDirectory: string;
  readonly scratchDirectory: string;
  /** By default what suits the processor that is found. */
  readonly threads: number | undefined;
  /** `gpu` refuses to start where no GPU really works; `cpu` does not look for one. */
  readonly require: "any" | "gpu" | "cpu";
  /** Whether to start at all where ffmpeg cannot be kept apart from the worker. */
  readonly sandboxWish: "auto" | "require";
  readonly ffmpegPath: string | undefined;
  readonly ffprobePath: string | undefined;
  readonly monotonic: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

export type Prepared = Pick<
  StagesDependencies,
  | "tools"
  | "scratch"
  | "modelPath"
  | "detectors"
  | "provider"
  | "providerNodeShare"
  | "onnxruntimeVersion"
> & { readonly capabilities: WorkerCapabilities } & AsyncDisposable;

/** Finds out what this machine can do, by doing it once. */
export async function prepare(dependencies: PrepareDependencies): Promise<Prepared> {
  const { log, bucket, builtInDirectory, cacheDirectory } = dependencies;
  const tools = await findTools({
    ...dependencies,
    skipped: ({ source }, why) => log("WARN", "a program is passed over", { source, why }),
  });
  if (tools.sandbox.startsWith("none")) {
    log("WARN", "ffmpeg is not kept apart from this worker", { sandbox: tools.sandbox });
  }
  const scratch = await openScratch(dependencies.scratchDirectory, { pid: process.pid, isAlive });
  endWhatIsLeft(scratch.path);

  const { working, refused, detectors } = await detectorsThatWork(dependencies, scratch);
  const [best] = working;
  if (!best) {
    const why = Object.entries(refused).map((each) => each.join(": "));
    throw new Error(`No execution provider of onnxruntime works here. ${why.join(" ")}`);
  }
  const { provider } = best;
  if (dependencies.require === "gpu" && provider !== "cuda") {
    throw new Error(`REQUIRE is gpu, and none works here with onnxruntime: ${refused.cuda}`);
  }

  return {
    tools,
    scratch,
    modelPath: modelStore({ builtInDirectory, cacheDirectory, bucket, fetch }),
    detectors,
    provider,
    providerNodeShare: best.nodeShare,
    onnxruntimeVersion: onnxruntime.version,
    capabilities: capabilitiesOf(
      tools,
      working.map((each) => each.provider),
    ),
    async [Symbol.asyncDispose]() {
      await detectors.close();
      await scratch.remove();
    },
  };
}

/** Tries each provider on a built-in model, which then stays loaded on the best one. */
async function detectorsThatWork(
  { catalog, builtInDirectory, threads, require, monotonic, log }: PrepareDependencies,
  scratch: Scratch,
): Promise<FoundProviders & { detectors: DetectorCache }> {
  const sample = catalog.manifests.find(({ file }) => file.path !== undefined);
  if (!sample) throw new Error("There is no built-in model to try the execution providers on.");
  const samplePath = join(builtInDirectory, sample.name, sample.file.path!);

  const openShared = sharedDetectors({ cores: availableParallelism(), monotonic, log });
  const open = (provider: Provider) => (manifest: ModelManifest, modelPath: string) =>
    openShared({ manifest, modelPath, provider }, threads);
  const found = await workingProviders({
    supported: require === "cpu" ? ["cpu"] : await compiledIn(),
    async tryOut(provider) {
      await using folder = await scratch.folder();
      const profilePrefix = join(folder.path, "probe");
      const detector = await openDetector(
        { manifest: sample, modelPath: samplePath, provider, profilePrefix },
        oneThreadEach(1),
      );
      await detector.close();
      // Awaited here: the folder goes with this function.
      return await profileIn(folder.path, provider);
    },
    log,
  });
  return { ...found, detectors: detectorCache(open(found.working[0]?.provider ?? "cpu")) };
}

/** Loaded here only where it is asked: the threads that detect load onnxruntime themselves. */
async function compiledIn(): Promise<string[]> {
  const { listSupportedBackends } = await import("onnxruntime-node");
  return listSupportedBackends().map(({ name }) => name);
}

const capabilitiesOf = (
  { ffmpeg, ffprobe, sandbox }: Tools,
  working: readonly Provider[],
): WorkerCapabilities => ({
  providers: working,
  gpu: working.includes("cuda"),
  decoders: decoderNames,
  ffmpeg: `${ffmpeg.version} (${ffmpeg.source})`,
  ffprobe: `${ffprobe.version} (${ffprobe.source})`,
  cpus: availableParallelism(),
  sandbox,
});
