import { useSignal } from "@preact/signals";
import type { JobView } from "../../contracts/api.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import { cancelJob, deleteJob, retryJob } from "../api/calls.ts";
import { StatusBadge } from "../jobs/status-badge.tsx";
import { goTo } from "../location.ts";
import { Ask } from "../shell/ask.tsx";
import { Icon } from "../shell/icons.tsx";
import { Notice } from "../shell/notice.tsx";
import { now } from "../shell/now.ts";
import { dropUpload } from "../upload/uploads.ts";
import { ago, bytes } from "../words/format.ts";

/** What the job is called, where it stands, and what can be done with it. */
export function JobHead({ job, onChanged }: { job: JobView; onChanged: () => void }) {
  const asking = useSignal(false);
  const busy = useSignal(false);
  const fault = useSignal<unknown>(undefined);

  async function act(action: () => Promise<unknown>, then: () => void) {
    busy.value = true;
    fault.value = undefined;
    try {
      await action();
      then();
    } catch (error) {
      fault.value = error;
    } finally {
      busy.value = false;
    }
  }

  const { job_id: jobId, status } = job;
  const cancel = () =>
    act(async () => {
      await dropUpload(jobId);
      await cancelJob(jobId);
    }, onChanged);
  const remove = () => {
    asking.value = false;
    void act(
      () => deleteJob(jobId),
      () => goTo({ name: "home" }),
    );
  };

  return (
    <header class="job-head">
      <div class="job-title">
        <h1 class="clip">{job.filename}</h1>
        <p class="job-facts">
          <span role="status">
            <StatusBadge status={status} />
          </span>
          <span class="quiet">
            {job.pipeline_id}
            {job.size_bytes !== null && ` · ${bytes(job.size_bytes)}`}
            {" · submitted "}
            <time dateTime={job.created_at}>{ago(job.created_at, now.value)}</time>
            {job.run > 1 && ` · run ${job.run}`}
          </span>
        </p>
      </div>
      <div class="actions">
        {(status === "failed" || status === "cancelled") && (
          <button
            type="button"
            class="button button-main"
            disabled={busy.value}
            onClick={() => void act(() => retryJob(jobId), onChanged)}
          >
            <Icon name="retry" />
            Retry
          </button>
        )}
        {!isTerminal(status) && (
          <button type="button" class="button" disabled={busy.value} onClick={() => void cancel()}>
            Cancel
          </button>
        )}
        <button
          type="button"
          class="button"
          disabled={busy.value}
          onClick={() => (asking.value = true)}
        >
          Delete
        </button>
      </div>
      {fault.value !== undefined && <Notice error={fault.value} />}
      {asking.value && (
        <Ask title="Delete this job?" onClose={() => (asking.value = false)}>
          <p>
            The job, its video and every result of it are removed for good:{" "}
            <strong>{job.filename}</strong>.
          </p>
          <div class="actions">
            <button type="button" class="button button-bad" onClick={remove}>
              Delete for good
            </button>
            <button type="button" class="button" onClick={() => (asking.value = false)}>
              Keep it
            </button>
          </div>
        </Ask>
      )}
    </header>
  );
}
