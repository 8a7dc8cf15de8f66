import type { JobView } from "../../contracts/api.ts";
import { jobHref } from "../route.ts";
import { Bar } from "../shell/bar.tsx";
import { now } from "../shell/now.ts";
import { uploads } from "../upload/upload-state.ts";
import { blockedWords } from "../words/blocked.ts";
import { ago, bytes, counted, percent, span } from "../words/format.ts";
import { stageWords, uploadWords } from "../words/status.ts";
import { StatusBadge } from "./status-badge.tsx";

/** "12", "0.4", "under 0.1": how many of a class a frame shows. */
const perFrame = (mean: number): string =>
  mean < 0.1 ? "under 0.1" : mean.toFixed(mean < 9.95 ? 1 : 0).replace(/\.0$/, "");

/** What can be said of a job in one line. */
export function jobLine(job: JobView): string {
  if (job.error !== null) return job.error.title;
  if (job.summary !== null) {
    const frames = Math.max(1, job.summary.frames_analysed);
    const classes = job.summary.classes
      .filter(({ detections }) => detections > 0)
      .toSorted((one, other) => other.detections - one.detections);
    const named = classes
      .slice(0, 3)
      .map(({ label, detections }) => `${perFrame(detections / frames)} ${label}`)
      .join(", ");
    const more =
      classes.length > 3 ? ` and ${counted(classes.length - 3, "more class", "more classes")}` : "";
    const found = named === "" ? "Nothing was found" : `${named}${more} per frame`;
    return `${found}, ${counted(job.summary.frames_analysed, "frame")}`;
  }
  if (job.blocked_reason !== null) return blockedWords(job.blocked_reason).title;
  if (job.progress !== null) {
    const { stage, seconds_left } = job.progress;
    return stageWords[stage] + (seconds_left === null ? "" : `, ${span(seconds_left)} left`);
  }
  return job.status === "pending" ? "Will be taken in a moment" : "";
}

/** One job of the list. */
export function JobRow({ job }: { job: JobView }) {
  const upload = uploads.value.get(job.job_id);
  const uploading = job.status === "awaiting_upload" && upload !== undefined;
  const fraction = uploading
    ? upload.bytesSent / upload.pending.sizeBytes
    : (job.progress?.fraction ?? null);
  const line = uploading ? `${uploadWords[upload.state]}, ${percent(fraction ?? 0)}` : jobLine(job);

  return (
    <li class="job" data-status={job.status}>
      <div class="job-what">
        <a class="job-name clip" href={jobHref(job.job_id)}>
          {job.filename}
        </a>
        <p class="quiet">
          {job.pipeline_id}
          {job.size_bytes !== null && ` · ${bytes(job.size_bytes)}`}
          {" · "}
          <time dateTime={job.created_at}>{ago(job.created_at, now.value)}</time>
        </p>
      </div>
      <div class="job-state">
        <p class="job-status">
          <StatusBadge status={job.status} />
          {job.status === "running" && fraction !== null && (
            <span class="job-percent">{percent(fraction)}</span>
          )}
        </p>
        {(job.status === "running" || uploading) && (
          <Bar fraction={fraction} label={`Progress of ${job.filename}`} />
        )}
        {line !== "" && <p class="quiet clip">{line}</p>}
      </div>
    </li>
  );
}
