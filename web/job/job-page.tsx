import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { homeHref } from "../route.ts";
import { Icon } from "../shell/icons.tsx";
import { Notice } from "../shell/notice.tsx";
import { JobBody } from "./job-body.tsx";
import { JobHead } from "./job-head.tsx";
import { watchJob } from "./job.ts";

/** One job, from its upload to its boxes. */
export function JobPage({ jobId }: { jobId: string }) {
  const watched = useSignal<ReturnType<typeof watchJob> | undefined>(undefined);
  useEffect(() => {
    watched.value = watchJob(jobId);
    return watched.value.stop;
  }, [jobId]);

  const job = watched.value?.job.value;
  const fault = watched.value?.fault.value;
  const look = () => watched.value?.now();

  useEffect(() => {
    document.title = job === undefined ? "Framequeue" : `${job.filename} · Framequeue`;
  }, [job?.filename]);

  return (
    <div class="job-page">
      <a class="back" href={homeHref()}>
        <Icon name="back" />
        All jobs
      </a>
      {job === undefined && (
        <h1>{fault === undefined ? "Opening the job…" : "This job cannot be shown"}</h1>
      )}
      {fault !== undefined && <Notice error={fault} onRetry={look} />}
      {job !== undefined && (
        <>
          <JobHead job={job} onChanged={look} />
          <JobBody job={job} />
        </>
      )}
    </div>
  );
}
