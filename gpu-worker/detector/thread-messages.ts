import type { Floors } from "./decoders/decoder.ts";
import type { ModelFrame } from "./fit/frame-memory.ts";
import type { RawDetections, SessionSetup } from "./session.ts";

/** What a detector thread is started with. */
export type ThreadSetup = SessionSetup;

export interface ThreadRequest {
  /** Positions, among all that was added since the last floors, of up to a batch. */
  readonly frames: readonly number[];
  /** Of this request and those that follow; what was added before is forgotten. */
  readonly floors?: Floors;
  /** Frames in shared memory that was not told of before. */
  readonly added?: readonly ModelFrame[];
}

/** Ends the thread between two frames. */
export const closeRequest = "close";

export type ThreadAnswer =
  | { readonly is: "ready" }
  | { readonly is: "detected"; readonly raw: readonly RawDetections[] }
  /** The graphics card fails every call from now on. */
  | { readonly is: "lost"; readonly message: string }
  | {
      readonly is: "failed";
      readonly code: "MODEL_FAILED" | "WORKER_FAILED";
      readonly message: string;
    };
