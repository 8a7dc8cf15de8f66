import type { ModelManifest } from "../contracts/model.ts";
import type { Detector } from "./detector/detector.ts";

/** Keeps the last model loaded between jobs; a broken one is loaded anew. */
export interface DetectorCache {
  readonly get: (manifest: ModelManifest, modelPath: string) => Promise<Detector>;
  readonly close: () => Promise<void>;
}

export function detectorCache(
  open: (manifest: ModelManifest, modelPath: string) => Promise<Detector>,
): DetectorCache {
  let warm: Detector | undefined;
  const close = async (): Promise<void> => {
    await warm?.close();
    warm = undefined;
  };
  return {
    async get(manifest, modelPath) {
      // The manifest, not only the file: two may read the same file differently.
      const same = JSON.stringify(warm?.manifest) === JSON.stringify(manifest);
      if (warm && same && !warm.broken) return warm;
      await close();
      warm = await open(manifest, modelPath);
      return warm;
    },
    close,
  };
}
