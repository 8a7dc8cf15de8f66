import type { JobOptions } from "../../contracts/pipeline.ts";
import { cancelJob, submitVideo } from "../api/calls.ts";
import { isSameFile, keepPending } from "./pending-uploads.ts";
import type { PendingUpload } from "./pending-uploads.ts";
import { holdUpload } from "./upload-lock.ts";
import { forgetUpload, showUpload, uploads } from "./upload-state.ts";

/** Files that were chosen in this life of the page, so that a failed upload goes on without choosing again. */
const files = new Map<string, File>();

/** Uppy comes with the first upload, not with the page. */
const uploader = () => import("./uploader.ts");

/** Opens a job for the file and sends it; resolves to the job's id as soon as it is known. */
export async function beginUpload(
  file: File,
  pipelineId: string,
  options: JobOptions,
): Promise<string> {
  const { job_id: jobId, upload } = await submitVideo({
    filename: file.name,
    size_bytes: file.size,
    ...(file.type === "" ? {} : { content_type: file.type }),
    pipeline_id: pipelineId,
    options,
  });
  const pending: PendingUpload = {
    jobId,
    name: file.name,
    sizeBytes: file.size,
    lastModified: file.lastModified,
    partBytes: upload.multipart.part_size_bytes,
    multipart: upload.put === null || upload.multipart.recommended,
    bytesStored: 0,
    begunAt: Date.now(),
  };
  keepPending(localStorage, pending);
  files.set(jobId, file);
  uploads.value = new Map(uploads.value).set(jobId, {
    pending,
    state: "opening",
    bytesSent: 0,
    bytesPerSecond: null,
  });
  await holdUpload(jobId);
  void send(jobId);
  return jobId;
}

async function send(jobId: string): Promise<void> {
  const upload = uploads.value.get(jobId);
  const file = files.get(jobId);
  if (upload === undefined || file === undefined) return;
  const { sendFile } = await uploader();
  sendFile(file, upload.pending);
}

/** Goes on after a reload, with the file chosen again; answers what is wrong when it cannot. */
export async function continueUpload(jobId: string, file: File): Promise<string | undefined> {
  const upload = uploads.value.get(jobId);
  if (upload === undefined) return "This upload is not known any more.";
  if (!isSameFile(upload.pending, file)) {
    return `That is not the same file. Choose ${upload.pending.name} as it was when the upload began.`;
  }
  if (!(await holdUpload(jobId))) return "Another tab of this browser is sending it already.";
  files.set(jobId, file);
  showUpload(jobId, { state: "opening" });
  void send(jobId);
  return undefined;
}

/** Tries a failed upload again from where it stopped. */
export function retryUpload(jobId: string): void {
  showUpload(jobId, { state: files.has(jobId) ? "opening" : "needs-file" });
  void send(jobId);
}

export async function pauseOrResume(jobId: string): Promise<void> {
  const { togglePause } = await uploader();
  togglePause(jobId);
}

/** Stops sending, and forgets what was kept for going on. */
export async function dropUpload(jobId: string): Promise<void> {
  if (!uploads.value.has(jobId)) return;
  const { dropFile } = await uploader();
  dropFile(jobId);
  files.delete(jobId);
  forgetUpload(jobId);
}

/** Stops the upload and its job. */
export async function abandonUpload(jobId: string): Promise<void> {
  await dropUpload(jobId);
  // A job that cannot be cancelled now has ended already, or expires by itself without its video.
  await cancelJob(jobId).catch(() => undefined);
}
