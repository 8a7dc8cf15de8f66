import * as z from "zod";
import { eventTypes, type JobEnded } from "./event.ts";
import { terminalStatuses } from "./work-row.ts";

/** What is told of an end; it may gain fields. */
export const EndDetail = z.object({
  event_id: z.string(),
  job_id: z.string(),
  owner: z.string(),
  run: z.int(),
  status: z.enum(terminalStatuses),
  filename: z.string(),
  pipeline_id: z.string(),
  finished_at: z.iso.datetime(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** A message of the queue of deliveries: an end that the event bus did not take, to be told when it takes it. */
export const UntakenEnd = z.strictObject({
  version: z.literal(1),
  kind: z.literal("tell"),
  detail: EndDetail,
});
export type UntakenEnd = z.infer<typeof UntakenEnd>;

/** The message of such an end. */
export const untakenEnd = ({ detail }: JobEnded): UntakenEnd => ({
  version: 1,
  kind: "tell",
  detail,
});

/** The event that such a message holds. */
export const eventOf = ({ detail }: UntakenEnd): JobEnded => ({
  type: eventTypes.jobEnded,
  detail: detail as JobEnded["detail"],
});
