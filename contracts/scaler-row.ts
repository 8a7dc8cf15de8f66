/** What one look of the scaler leaves for the next, and for whoever asks why a job waits. Times are epoch milliseconds. */
export interface ScalerRow {
  /** Rises with each look: of two at the same time one decides. */
  readonly version: number;
  readonly lookedAt: number;
  /** Starts that the fleet's counts may not show yet. */
  readonly starts: readonly { readonly at: number; readonly tasks: number }[];
  /** Workers on their way when it looked. */
  readonly coming: number;
  /** As measured last; absent until then. Video-seconds a second of one GPU, and seconds from asking for a task to its container. */
  readonly speed?: number;
  readonly bootSeconds?: number;
}
