/** Which GPUs a deployment has, as its settings `compute`, `spot` and `workersMax` say. */
export interface Compute {
  readonly compute: "managed" | "asg" | "none";
  readonly spot: boolean;
  readonly workersMax: number;
}
