import * as z from "zod";
import { JobId } from "./job-id.ts";
import type { JobRow } from "./job.ts";
import type { SegmentRow } from "./segment.ts";

const common = { version: z.literal(1), job_id: JobId, run: z.int().positive() };

/**
 * A hint that there is work; the row says whether it is true. `plan` begins a job and finishes it where it has
 * one segment, `detect` does one segment of several, `assemble` joins them.
 */
export const WorkMessage = z.discriminatedUnion("kind", [
  z.object({ ...common, kind: z.enum(["plan", "assemble"]) }),
  z.object({
    ...common,
    kind: z.literal("detect"),
    /** The fence under which the job was cut: the same index may mean another segment in another plan. */
    plan: z.int().nonnegative(),
    segment: z.int().nonnegative(),
  }),
]);
export type WorkMessage = z.infer<typeof WorkMessage>;

/** What a message says, or undefined where it is none of ours. */
export function readMessage(body: string): WorkMessage | undefined {
  try {
    return WorkMessage.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Whose work it is; undefined of a segment that an older version cut. */
export const ownerOf = (row: JobRow | SegmentRow): string | undefined =>
  "owner" in row ? row.owner : row.jobOwner;

/** The message that leads a worker to this row. */
export function messageFor(row: JobRow | SegmentRow): WorkMessage {
  const { jobId, run } = row;
  const common = { version: 1, job_id: jobId, run } as const;
  return "planFence" in row && row.index !== undefined
    ? { ...common, kind: "detect", plan: row.planFence, segment: row.index }
    : { ...common, kind: "phase" in row && row.phase === "assemble" ? "assemble" : "plan" };
}
