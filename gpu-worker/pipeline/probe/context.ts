import type { Standby } from "../../ffmpeg/standby.ts";

/** Programs that wait for a source to come into their folder. */
export interface ProbeStandbys {
  readonly headers: Standby;
  readonly packets: Standby;
}

/** Where the video lies and how probing is watched. */
export interface ProbeContext {
  /** The folder that holds the source under its fixed name. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly advance: () => void;
  readonly standbys?: ProbeStandbys | undefined;
}
