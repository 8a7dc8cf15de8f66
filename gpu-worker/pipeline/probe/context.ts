/** Where the video lies and how probing is watched. */
export interface ProbeContext {
  /** The folder that holds the source under its fixed name. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly advance: () => void;
}
