import type { ModelManifest } from "../../contracts/model.ts";
import type { Provider } from "./providers.ts";
import type { Floors } from "./decoders/decoder.ts";
import type { RawDetections } from "./session.ts";
import { startThread, type DetectorThread } from "./thread.ts";
import type { ThreadSetup } from "./thread-messages.ts";

/** A loaded model, several frames side by side. */
export interface Detector {
  readonly manifest: ModelManifest;
  readonly provider: Provider;
  /** Frames that are worked on at the same time. */
  readonly threads: number;
  /** Detections of one frame; asked for more frames than there are threads, it takes them in order. */
  readonly detect: (pixels: Uint8Array, floors: Floors) => Promise<RawDetections>;
  readonly broken: boolean;
  readonly close: () => Promise<void>;
}

/** Loads the model into so many threads of one session each. */
export async function openDetector(
  setup: ThreadSetup,
  threads: number,
  start: (setup: ThreadSetup) => Promise<DetectorThread> = startThread,
): Promise<Detector> {
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

  const idle = [...all];
  const waiting: ((thread: DetectorThread) => void)[] = [];
  const acquire = async (): Promise<DetectorThread> =>
    idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const release = (thread: DetectorThread): void => {
    const next = waiting.shift();
    if (next) next(thread);
    else idle.push(thread);
  };

  return {
    manifest: setup.manifest,
    provider: setup.provider,
    threads,
    async detect(pixels, floors) {
      const thread = await acquire();
      try {
        return await thread.detect({ pixels, floors });
      } finally {
        release(thread);
      }
    },
    get broken() {
      return all.some((thread) => thread.broken !== undefined);
    },
    close,
  };
}
