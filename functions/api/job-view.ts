import type { BlockedReason, JobErrorView, JobView } from "../../contracts/api.ts";
import { errorDocs, errorFacts } from "../../contracts/errors.ts";
import type { HistoryEntry, JobError, JobRow, Progress } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import { timeOf, timeOrNull } from "./time.ts";

/** A job as the API shows it. */
export function jobView(row: JobRow, blockedReason: BlockedReason | null): JobView {
  return {
    job_id: row.jobId,
    status: row.status,
    filename: row.filename,
    content_type: row.contentType,
    size_bytes: row.source?.sizeBytes ?? row.sizeBytes ?? null,
    pipeline_id: row.pipelineId,
    options: row.options,
    run: row.run,
    attempts: { used: row.attempts, max: limits.attemptsMax, interruptions: row.interruptions },
    progress: row.progress ? progressView(row.progress) : null,
    blocked_reason: blockedReason,
    worker_id: row.workerId ?? null,
    // A waiting job's last error is no verdict yet: it stands in the history and in RETRY_BACKOFF.
    error: row.status === "failed" && row.error ? errorView(row.error) : null,
    summary: row.result?.summary ?? null,
    history: row.history.map(historyView),
    created_at: timeOf(row.createdAt),
    upload_by: timeOrNull(row.uploadBy),
    queued_at: timeOrNull(row.queuedAt),
    started_at: timeOrNull(row.startedAt),
    finished_at: timeOrNull(row.finishedAt),
  };
}

function progressView({
  stage,
  framesDone,
  framesTotal,
  framesPerSecond,
  updatedAt,
}: Progress): NonNullable<JobView["progress"]> {
  const framesLeft = framesTotal === undefined ? null : Math.max(0, framesTotal - framesDone);
  return {
    stage,
    fraction: framesTotal ? Math.min(1, framesDone / framesTotal) : null,
    frames_done: framesDone,
    frames_total: framesTotal ?? null,
    frames_per_second: framesPerSecond ?? null,
    seconds_left: framesLeft !== null && framesPerSecond ? framesLeft / framesPerSecond : null,
    updated_at: timeOf(updatedAt),
  };
}

const errorView = ({ code, message }: JobError): JobErrorView => {
  const { title, hint } = errorFacts(code);
  return { code, title, message, hint, docs: errorDocs(code) };
};

const historyView = (entry: HistoryEntry): JobView["history"][number] => ({
  at: timeOf(entry.at),
  event: entry.event,
  run: entry.run,
  fence: entry.fence,
  worker_id: entry.workerId ?? null,
  code: entry.code ?? null,
  message: entry.message ?? null,
});
