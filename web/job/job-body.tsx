import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FunctionComponent } from "preact";
import type { JobView } from "../../contracts/api.ts";
import { HealthPanel } from "../health/health-panel.tsx";
import { Notice } from "../shell/notice.tsx";
import { UploadItem } from "../upload/upload-item.tsx";
import { uploads } from "../upload/upload-state.ts";
import { Failure } from "./failure.tsx";
import { JobHistory } from "./job-history.tsx";
import { Running } from "./running.tsx";
import { Waiting } from "./waiting.tsx";

/** The player comes with the first result that is looked at, not with the page. */
function Result({ job }: { job: JobView }) {
  const view = useSignal<FunctionComponent<{ job: JobView }> | undefined>(undefined);
  const fault = useSignal<unknown>(undefined);
  useEffect(() => {
    import("../player/result-view.tsx").then(
      ({ ResultView }) => (view.value = ResultView),
      (error: unknown) => (fault.value = error),
    );
  }, []);

  if (fault.value !== undefined) return <Notice error={fault.value} />;
  const View = view.value;
  return View === undefined ? <p class="quiet">Opening the result…</p> : <View job={job} />;
}

function Now({ job }: { job: JobView }) {
  switch (job.status) {
    case "awaiting_upload": {
      const upload = uploads.value.get(job.job_id);
      if (upload === undefined) return <Waiting job={job} />;
      // Arrived, as far as this page knows: then only another reason than the missing video is news.
      const { blocked_reason: reason } = job;
      const isNews =
        upload.state === "done" && reason !== null && reason.code !== "AWAITING_UPLOAD";
      return isNews ? <Waiting job={job} /> : <UploadItem upload={upload} />;
    }
    case "pending":
      return <Waiting job={job} />;
    case "running":
      return <Running job={job} />;
    case "failed":
      return <Failure job={job} />;
    case "cancelled":
      return (
        <Ended
          title="Cancelled"
          words="Nothing more happens with this job. Retry starts it again."
        />
      );
    case "expired":
      return (
        <Ended
          title="The video never came"
          words="The job has expired. Choose the video again to open a new one."
        />
      );
    default:
      return null;
  }
}

function Ended({ title, words }: { title: string; words: string }) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      <p>{words}</p>
    </section>
  );
}

/** What there is to see of the job now. */
export function JobBody({ job }: { job: JobView }) {
  if (job.status === "completed") {
    return <Result key={job.run} job={job} />;
  }
  return (
    <div class="job-columns">
      <div class="job-main">
        <Now job={job} />
        <JobHistory job={job} open />
      </div>
      <HealthPanel />
    </div>
  );
}
