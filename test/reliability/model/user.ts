import type { JobRow } from "../../../contracts/job.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { now } from "./abstract-row.ts";
import { built, type Setting, type Step } from "./program.ts";

/** What a person may ask of the API, as functions/api's cancel-job, retry-job and delete-job begin it: by reading the row. */
export function userRequests(row: JobRow, setting: Setting): Step[] {
  const { protocol, runsMax, people } = setting;
  if (row.deletedAt !== undefined) return [];
  const steps: Step[] = [];

  if (people.cancel && !isTerminal(row.status)) {
    const isHeld = row.status === "running" && row.phase !== "detect";
    const cancel = isHeld ? protocol.requestCancel : protocol.cancelWaiting;
    const write = built(setting, cancel(row, { now }), row);
    steps.push({
      label: "is asked to cancel: reads the row",
      local: { at: "cancelling", run: row.run, write },
      helps: false,
    });
  }
  const retryable = row.status === "failed" || row.status === "cancelled";
  if (people.retry && retryable && row.source && row.run < runsMax) {
    const write = built(setting, protocol.retry(row, { now }), row);
    steps.push({
      label: "is asked for a retry: reads the row",
      local: { at: "writing, then dispatching", write },
      helps: false,
    });
  }
  if (people.delete) {
    const write = built(setting, protocol.markDeleted(row, { now }), row);
    steps.push({
      label: "is asked to delete: reads the row",
      local: { at: "deleting", write },
      helps: false,
    });
  }
  return steps;
}
