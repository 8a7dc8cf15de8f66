import type { JobRow } from "../job.ts";
import { messageFor, ownerOf } from "../message.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { WorkQueue } from "../ports/work-queue.ts";
import type { SegmentRow } from "../segment.ts";
import { markDispatched } from "./owner-transitions.ts";
import { rowHandle } from "./row-handle.ts";

export interface DispatchDependencies {
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
  readonly now: () => number;
}

export type Dispatch = ReturnType<typeof dispatcher>;

/** Sends the message of a row that waits, then notes it. A crash in between sends twice, which is harmless. */
export function dispatcher({ jobs, queue, now }: DispatchDependencies) {
  return async (row: JobRow | SegmentRow): Promise<void> => {
    await queue.send(messageFor(row), { owner: ownerOf(row) });
    await rowHandle(jobs, row).move(markDispatched(row, { now: now() }));
  };
}
