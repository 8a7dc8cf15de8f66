import type { JobStatus } from "../../contracts/work-row.ts";
import { statusWords } from "../words/status.ts";

/** A job's status as a word with a colour. */
export function StatusBadge({ status }: { status: JobStatus }) {
  return (
    <span class="badge" data-status={status}>
      <span class="dot" aria-hidden="true" />
      {statusWords[status]}
    </span>
  );
}
