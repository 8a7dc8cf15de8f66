/** States of a job in which a person is likely to do something, so that rare ones are met as well. */
export const moments = [
  "running",
  "running",
  "detect",
  "assemble",
  "cancel_requested",
  "ended",
] as const;
export type Moment = (typeof moments)[number];

/** What a person does with one job. Times are seconds from the beginning. */
export interface Doings {
  readonly at: number;
  readonly via: "api" | "inbox";
  /** Never made, made in another size than was announced, or made so many seconds after the answer. */
  readonly upload: "never" | "wrong_size" | number;
  /** Whether the bucket's event gets to the queue; what came without the API has only that. */
  readonly event: boolean;
  /** Each at its time, or as soon as the job is in that state. */
  readonly later: readonly {
    readonly at: number;
    readonly once?: Moment;
    readonly does: "cancel" | "retry" | "delete" | "look";
  }[];
}
