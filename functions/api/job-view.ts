import type { BlockedReason, JobErrorView, JobView } from "../../contracts/api.ts";
import { errorDocs, errorFacts } from "../../contracts/errors.ts";
import type { JobRow } from "../../contracts/job.ts";
import {
  isTerminal,
  type HistoryEntry,
  type JobError,
  type Progress,
} from "../../contracts/work-row.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import { limits } from "../../contracts/limits.ts";
import { traceIdOf } from "../../contracts/trace-id.ts";
import { timeOf, timeOrNull } from "./time.ts";

/** A job as the API shows it. */
export function jobView(
  row: JobRow,
  blockedReason: BlockedReason | null,
  segments?: readonly SegmentRow[],
): JobView {
  const progress = row.phase === "detect" ? progressOfSegments(row, segments) : row.progress;
  return {
    job_id: row.jobId,
    trace_id: traceIdOf(row),
    status: row.status,
    filename: row.filename,
    content_type: row.contentType,
    size_bytes: row.source?.sizeBytes ?? row.sizeBytes ?? null,
    pipeline_id: row.pipelineId,
    options: row.options,
    run: row.run,
    attempts: { used: row.attempts, max: limits.attemptsMax, interruptions: row.interruptions },
    progress: progress ? progressView(progress) : null,
    segments: segmentsView(row),
    blocked_reason: blockedReason,
    worker_id: row.workerId ?? null,
    // A waiting job's last error is no verdict yet: it stands in the history and in RETRY_BACKOFF.
    error: row.status === "failed" && row.error ? errorView(row.error) : null,
    summary: row.result?.summary ?? null,
    history: [
      ...row.history.map((entry) => historyView(entry)),
      ...(segments ?? []).flatMap(troublesOf).slice(0, limits.segmentsMax),
    ].sort((a, b) => a.at.localeCompare(b.at)),
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

function segmentsView({ segmentsTotal, endedSegments }: JobRow): JobView["segments"] {
  return segmentsTotal === undefined
    ? null
    : { total: segmentsTotal, ended: endedSegments?.size ?? 0 };
}

/** Of all segments together: to the frame where their rows were read, otherwise by how many have ended. */
function progressOfSegments(
  { progress, segmentsTotal = 1, endedSegments }: JobRow,
  segments: readonly SegmentRow[] | undefined,
): Progress | undefined {
  if (!progress) return undefined;
  const { framesTotal = 0 } = progress;
  if (!segments) {
    const ended = (endedSegments?.size ?? 0) / segmentsTotal;
    return { ...progress, framesDone: Math.round(framesTotal * ended) };
  }
  const running = segments.flatMap((row) => (row.status === "running" ? (row.progress ?? []) : []));
  const sum = (of: (each: Progress) => number | undefined) =>
    running.reduce((total, each) => total + (of(each) ?? 0), 0);
  const framesEnded = segments
    .filter(({ status }) => isTerminal(status))
    .reduce((total, row) => total + row.framesTotal, 0);
  const framesPerSecond = sum((each) => each.framesPerSecond);
  return {
    ...progress,
    framesDone: framesEnded + sum((each) => each.framesDone),
    ...(framesPerSecond > 0 && { framesPerSecond }),
    updatedAt: Math.max(progress.updatedAt, ...running.map((each) => each.updatedAt)),
  };
}

/** What went otherwise than it should: of a thousand segments nobody wants to read when each was begun. */
const troublesOf = ({ index, history }: SegmentRow): JobView["history"] =>
  history
    .filter(({ event }) => event !== "claimed" && event !== "detected")
    .map((entry) => ({ ...historyView(entry), segment: index }));

const historyView = (entry: HistoryEntry): JobView["history"][number] => ({
  at: timeOf(entry.at),
  event: entry.event,
  run: entry.run,
  fence: entry.fence,
  worker_id: entry.workerId ?? null,
  code: entry.code ?? null,
  message: entry.message ?? null,
});
