import type { ModelManifest } from "../../contracts/model.ts";
import type { Provider } from "./providers.ts";
import type { Floors } from "./decoders/decoder.ts";
import type { RawDetections } from "./session.ts";

/** What a detector thread is started with. */
export interface ThreadSetup {
  readonly manifest: ModelManifest;
  readonly modelPath: string;
  readonly provider: Provider;
}

export interface ThreadRequest {
  /** Shared memory: nothing is copied. */
  readonly pixels: Uint8Array;
  readonly floors: Floors;
}

/** Ends the thread between two frames. */
export const closeRequest = "close";

export type ThreadAnswer =
  | { readonly is: "ready" }
  | { readonly is: "detected"; readonly raw: RawDetections }
  | {
      readonly is: "failed";
      readonly code: "MODEL_FAILED" | "WORKER_FAILED";
      readonly message: string;
    };
