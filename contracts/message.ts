import * as z from "zod";
import { JobId } from "./job-id.ts";

/**
 * A hint that there is work; the row says whether it is true. `plan` begins a job and finishes it where it has
 * one segment, `detect` does one segment of several, `assemble` joins them.
 */
export const WorkMessage = z.object({
  version: z.literal(1),
  kind: z.enum(["plan", "detect", "assemble"]),
  job_id: JobId,
  run: z.int().positive(),
  segment: z.int().nonnegative().optional(),
});
export type WorkMessage = z.infer<typeof WorkMessage>;

export const planMessage = (jobId: JobId, run: number): WorkMessage => ({
  version: 1,
  kind: "plan",
  job_id: jobId,
  run,
});
