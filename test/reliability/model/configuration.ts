import type { JobRow } from "../../../contracts/job.ts";
import type { Plans, Setting } from "./program.ts";

/** What is explored, and how far. */
export interface Configuration extends Pick<
  Setting,
  "people" | "ends" | "deadLetters" | "runsMax" | "copiesMax" | "lateWrites" | "partialAllowed"
> {
  readonly start: JobRow;
  readonly upload: boolean;
  readonly workers: number;
  readonly lambdas: number;
  /** Segments of the video; 0 where it is not cut. */
  readonly segments: number;
  /** Fences of the cuttings that are followed. */
  readonly planFences: readonly number[];
  /** A write that would raise a fence above this is not followed. */
  readonly fenceMax: number;
  readonly segmentFenceMax: number;
}

/** Where the rows of segments are: those of the first cutting, then those of the next. */
export const plansOf = ({
  segments,
  planFences,
}: Pick<Configuration, "segments" | "planFences">): Plans => ({
  segments,
  slots: segments * planFences.length,
  slotOf(planFence, index) {
    const plan = planFences.indexOf(planFence);
    return plan < 0 ? undefined : 1 + plan * segments + index;
  },
  refOf: (slot) => ({
    planFence: planFences[Math.floor((slot - 1) / segments)]!,
    index: (slot - 1) % segments,
  }),
});
