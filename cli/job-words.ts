import type { JobView } from "../contracts/api.ts";
import { formatCount, formatSeconds } from "./client/format.ts";
import type { ProgressState } from "./progress-line.ts";

const statusWords = {
  awaiting_upload: "waiting for the upload",
  pending: "waiting for a worker",
  running: "starting",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
  expired: "expired",
} as const satisfies Record<JobView["status"], string>;

/** What the job does now, or why it does not move. */
export function jobProgress({
  status,
  progress,
  segments,
  blocked_reason,
}: JobView): ProgressState {
  if (blocked_reason) return { label: `${statusWords[status]}: ${blocked_reason.message}` };
  if (status !== "running" || !progress) return { label: statusWords[status] };

  const { stage, fraction, frames_done, frames_total, frames_per_second, seconds_left } = progress;
  const frames = frames_total === null ? "" : ` of ${formatCount(frames_total)}`;
  const detail = [
    stage === "detect" && `${formatCount(frames_done)}${frames} frames`,
    stage === "detect" && segments && `${segments.ended} of ${segments.total} segments`,
    frames_per_second !== null && `${frames_per_second.toFixed(1)} frames/s`,
    seconds_left !== null && `${formatSeconds(seconds_left)} left`,
  ];
  return { label: stage, fraction, detail: detail.filter(Boolean).join("  ") };
}

/** The same in the few words of a table's cell. */
export function jobGist(job: JobView): string {
  if (job.summary) {
    const { detections, completeness } = job.summary;
    return `${formatCount(detections)} detections${completeness === "partial" ? ", partial" : ""}`;
  }
  if (job.error && job.status === "failed") return job.error.code;
  if (job.blocked_reason) return job.blocked_reason.code;
  const { fraction } = job.progress ?? {};
  if (job.status !== "running" || typeof fraction !== "number") return "";
  return `${Math.floor(fraction * 100)} %`;
}
