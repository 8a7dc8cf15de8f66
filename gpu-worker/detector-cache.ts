import type { ModelManifest } from "../contracts/model.ts";
import type { Detector } from "./detector/detector.ts";

/** Keeps the last model loaded between jobs; a broken one is loaded anew. */
export interface DetectorCache {
  /** The model as it was loaded last, if it is this one: whoever loaded it has checked its file. */
  readonly warm: (manifest: ModelManifest) => Detector | undefined;
  readonly load: (manifest: ModelManifest, modelPath: string) => Promise<Detector>;
  readonly close: () => Promise<void>;
}

export function detectorCache(
  open: (manifest: ModelManifest, modelPath: string) => Promise<Detector>,
): DetectorCache {
  let last: Detector | undefined;
  const close = async (): Promise<void> => {
    await last?.close();
    last = undefined;
  };
  return {
    warm(manifest) {
      // The manifest, not only the file: two may read the same file differently.
      const same = JSON.stringify(last?.manifest) === JSON.stringify(manifest);
      return same && !last?.broken ? last : undefined;
    },
    async load(manifest, modelPath) {
      await close();
      last = await open(manifest, modelPath);
      return last;
    },
    close,
  };
}
