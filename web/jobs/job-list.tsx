import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { jobStatuses } from "../../contracts/work-row.ts";
import type { JobStatus } from "../../contracts/work-row.ts";
import { homeHref } from "../route.ts";
import { Notice } from "../shell/notice.tsx";
import { tidyUploads } from "../upload/upload-state.ts";
import { statusWords } from "../words/status.ts";
import { JobRow } from "./job-row.tsx";
import { watchJobs } from "./jobs.ts";

function StatusFilter({ status }: { status: JobStatus | undefined }) {
  const choices = [undefined, ...jobStatuses] as const;
  return (
    <nav class="status-filter" aria-label="Filter jobs by status">
      {choices.map((choice) => (
        <a
          key={choice ?? "all"}
          href={homeHref(choice)}
          aria-current={choice === status ? "true" : undefined}
        >
          {choice === undefined ? "All" : statusWords[choice]}
        </a>
      ))}
    </nav>
  );
}

function Nothing({ status }: { status: JobStatus | undefined }) {
  return (
    <div class="empty">
      {status === undefined ? (
        <>
          <p class="empty-title">No jobs yet</p>
          <p class="quiet">Choose a video above. Its job shows up here and says how far it is.</p>
        </>
      ) : (
        <>
          <p class="empty-title">No job is {statusWords[status].toLowerCase()}</p>
          <p class="quiet">
            <a href={homeHref()}>Show all jobs</a>
          </p>
        </>
      )}
    </div>
  );
}

/** Jobs, newest first, as they move. */
export function JobList({ status }: { status: JobStatus | undefined }) {
  const watched = useSignal<ReturnType<typeof watchJobs> | undefined>(undefined);
  useEffect(() => {
    watched.value = watchJobs(status);
    return watched.value.stop;
  }, [status]);

  const list = watched.value?.list.value;
  useEffect(() => tidyUploads(list?.jobs ?? []), [list]);
  const fault = watched.value?.fault.value;
  return (
    <section class="jobs" aria-labelledby="jobs-title">
      <div class="jobs-head">
        <h2 id="jobs-title">Jobs</h2>
        <StatusFilter status={status} />
      </div>
      {fault !== undefined && <Notice error={fault} onRetry={() => watched.value?.now()} />}
      {list === undefined && fault === undefined && <p class="quiet">Looking for jobs…</p>}
      {list?.jobs.length === 0 && <Nothing status={status} />}
      {list !== undefined && list.jobs.length > 0 && (
        <ul class="job-list">
          {list.jobs.map((job) => (
            <JobRow key={job.job_id} job={job} />
          ))}
        </ul>
      )}
      {list?.nextCursor != null && (
        <button type="button" class="button" onClick={() => void watched.value?.older()}>
          Show older jobs
        </button>
      )}
    </section>
  );
}
