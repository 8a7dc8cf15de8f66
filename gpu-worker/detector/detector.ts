import { PermanentError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import type { Provider } from "./providers.ts";
import type { Floors } from "./decoders/decoder.ts";
import type { ModelFrame } from "./fit/frame-memory.ts";
import type { RawDetections } from "./session.ts";
import type { Division } from "./share-threads.ts";
import { startThread, type DetectorThread } from "./thread.ts";
import type { ThreadSetup } from "./thread-messages.ts";

/** Batches that each thread has in line, so that none stands idle while the main thread is busy with other things. */
export const batchesPerThread = 2;

/** A loaded model, several batches side by side. */
export interface Detector {
  readonly manifest: ModelManifest;
  readonly provider: Provider;
  /** Batches that are worked on at the same time. */
  readonly threads: number;
  /** Frames of one batch. */
  readonly batch: number;
  /** Detections of up to a batch of frames; asked for more batches than its threads have in line, it takes them in order. */
  readonly detect: (
    frames: readonly ModelFrame[],
    floors: Floors,
  ) => Promise<readonly RawDetections[]>;
  readonly broken: boolean;
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export type DetectorSetup = Pick<
  ThreadSetup,
  "manifest" | "modelPath" | "provider" | "profilePrefix"
>;

/** Frames per run: what the graph is fixed to; of those that take any number, what suits the processor. */
const batchOn = (provider: Provider, { batch }: ModelManifest["input"]): number => {
  if (batch !== "dynamic") return batch;
  // On a CPU batches bring nothing (measured); a GPU is half idle without.
  return provider === "cpu" ? 1 : limits.gpuBatchFrames;
};

type Start = (setup: ThreadSetup) => Promise<DetectorThread>;

/**
 * Loads the model into so many threads of one session each. Exports that say "any number" and are fixed to one picture
 * inside, or whose answer is of one, are common: where several do not run, each frame goes alone.
 */
export async function openDetector(
  asked: DetectorSetup,
  division: Division,
  start: Start = startThread,
): Promise<Detector> {
  const { input } = asked.manifest;
  const batch = batchOn(asked.provider, input);
  try {
    return await openWith(batch, asked, division, start);
  } catch (error) {
    const mayTakeOne = input.batch === "dynamic" && batch > 1;
    if (!mayTakeOne || !(error instanceof PermanentError)) throw error;
    return openWith(1, asked, division, start);
  }
}

async function openWith(
  batch: number,
  asked: DetectorSetup,
  { sessions: threads, threadsPerRun }: Division,
  start: Start,
): Promise<Detector> {
  const setup = { ...asked, batch, threadsPerRun };
  const started = await Promise.allSettled(Array.from({ length: threads }, () => start(setup)));
  const all = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(all.map((thread) => thread.close()));
  };
  const failed = started.find((each) => each.status === "rejected");
  if (failed) {
    await close();
    throw failed.reason;
  }

  /** Of each thread, the batches that it has not answered yet. */
  const inLine = new Map(all.map((thread) => [thread, 0]));
  const waiting: ((thread: DetectorThread) => void)[] = [];
  const acquire = async (): Promise<DetectorThread> => {
    const [[thread, batches]] = [...inLine].sort(([, a], [, b]) => a - b) as [
      [DetectorThread, number],
    ];
    if (batches === batchesPerThread) return new Promise((resolve) => waiting.push(resolve));
    inLine.set(thread, batches + 1);
    return thread;
  };
  const release = (thread: DetectorThread): void => {
    const next = waiting.shift();
    if (next) next(thread);
    else inLine.set(thread, inLine.get(thread)! - 1);
  };

  return {
    manifest: asked.manifest,
    provider: asked.provider,
    threads,
    batch,
    async detect(frames, floors) {
      const thread = await acquire();
      try {
        return await thread.detect({ frames, floors });
      } finally {
        release(thread);
      }
    },
    get broken() {
      return all.some((thread) => thread.broken !== undefined);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
