import type { Floors } from "./decoders/decoder.ts";
import type { RawDetections, SessionSetup } from "./session.ts";

/** What a detector thread is started with. */
export type ThreadSetup = SessionSetup;

export interface ThreadRequest {
  /** Up to a batch; shared memory, nothing is copied on the way. */
  readonly frames: readonly Uint8Array[];
  readonly floors: Floors;
}

/** Ends the thread between two frames. */
export const closeRequest = "close";

export type ThreadAnswer =
  | { readonly is: "ready" }
  | { readonly is: "detected"; readonly raw: readonly RawDetections[] }
  | {
      readonly is: "failed";
      readonly code: "MODEL_FAILED" | "WORKER_FAILED";
      readonly message: string;
    };
