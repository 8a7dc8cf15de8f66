import { signal } from "@preact/signals";
import type { JobView } from "../../contracts/api.ts";
import { forgetPending, keepPending, listPending } from "./pending-uploads.ts";
import type { PendingUpload } from "./pending-uploads.ts";
import { releaseUpload } from "./upload-lock.ts";

export type UploadState =
  | "opening"
  | "sending"
  | "paused"
  /** Begun before a reload; goes on once the same file is chosen again. */
  | "needs-file"
  | "failed"
  | "done";

/** One upload as the page shows it. */
export interface Upload {
  readonly pending: PendingUpload;
  readonly state: UploadState;
  readonly bytesSent: number;
  readonly bytesPerSecond: number | null;
  readonly fault?: { readonly message: string; readonly hint: string };
}

/** Every upload that this page knows of, by its job. */
export const uploads = signal<ReadonlyMap<string, Upload>>(
  new Map(
    listPending(localStorage, Date.now()).map((pending) => [
      pending.jobId,
      { pending, state: "needs-file", bytesSent: pending.bytesStored, bytesPerSecond: null },
    ]),
  ),
);

/** Changes what is shown of an upload; null takes it away. */
export function showUpload(jobId: string, change: Partial<Upload> | null): void {
  const known = uploads.value.get(jobId);
  const next = new Map(uploads.value);
  if (change === null) next.delete(jobId);
  else if (known !== undefined) next.set(jobId, { ...known, ...change });
  uploads.value = next;
}

/** Writes down how far an upload is, for a page that comes after this one. */
export function keepUpload(
  jobId: string,
  change: { uploadId?: string | undefined; bytesStored?: number },
): PendingUpload | undefined {
  const known = uploads.value.get(jobId);
  if (known === undefined) return undefined;
  const pending = { ...known.pending, ...change };
  keepPending(localStorage, pending);
  showUpload(jobId, { pending });
  return pending;
}

/** The video is in the bucket. */
export function finishUpload(jobId: string): void {
  releaseUpload(jobId);
  forgetPending(localStorage, jobId, Date.now());
  showUpload(jobId, { state: "done", bytesSent: uploads.value.get(jobId)?.pending.sizeBytes ?? 0 });
}

export function forgetUpload(jobId: string): void {
  releaseUpload(jobId);
  forgetPending(localStorage, jobId, Date.now());
  showUpload(jobId, null);
}

/** Takes away what is left of an upload whose job has gone on, here or from somewhere else. */
export function tidyUploads(jobs: readonly Pick<JobView, "job_id" | "status">[]): void {
  for (const { job_id: jobId, status } of jobs) {
    const state = uploads.peek().get(jobId)?.state;
    const over = state === "done" || state === "needs-file";
    if (over && status !== "awaiting_upload") forgetUpload(jobId);
  }
}

addEventListener("beforeunload", (event) => {
  const busy = [...uploads.value.values()].some(
    ({ state }) => state === "opening" || state === "sending",
  );
  if (busy) event.preventDefault();
});
