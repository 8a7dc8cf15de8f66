import AwsS3 from "@uppy/aws-s3";
import { Uppy } from "@uppy/core";
import { getJob, signUpload } from "../api/calls.ts";
import { statusWords } from "../words/status.ts";
import type { PendingUpload } from "./pending-uploads.ts";
import { rateMeter } from "./rate.ts";
import { signRequestWith } from "./sign-request.ts";
import { uploadFault } from "./upload-fault.ts";
import { finishUpload, keepUpload, showUpload, uploads } from "./upload-state.ts";

interface Meta {
  [name: string]: unknown;
  jobId: string;
  /** Makes the file's id in Uppy the job's own, so that one file can be sent for two jobs. */
  relativePath: string;
}

type Answer = Record<string, never>;

// A part's length is signed, so parts are cut exactly as the API said; it cuts files of one size alike.
const partBytesBySize = new Map<number, number>();
const fileIds = new Map<string, string>();
// A store that forgets every upload at once would be sent the same bytes for ever.
const startedOver = new Set<string>();
const rates = new Map<string, ReturnType<typeof rateMeter>>();

// One for the page's life: destroying it would abort every multipart upload in the bucket.
const uppy = new Uppy<Meta, Answer>().use(AwsS3<Meta, Answer>, {
  // The name of the object is the API's business; Uppy only hands this back when it asks for a signature.
  generateObjectKey: ({ meta }) => meta.jobId,
  signRequest: signRequestWith(signUpload),
  shouldUseMultipart: ({ meta }) => uploads.value.get(meta.jobId)?.pending.multipart ?? false,
  getChunkSize: ({ size }) => partBytesBySize.get(size)!,
  limit: 2,
});

uppy.on("upload-progress", (file, { bytesUploaded }) => {
  if (file === undefined) return;
  const { jobId } = file.meta;
  const bytesPerSecond = rates.get(jobId)?.(bytesUploaded, performance.now()) ?? null;
  const state = uploads.value.get(jobId)?.state === "paused" ? "paused" : "sending";
  showUpload(jobId, { state, bytesSent: bytesUploaded, bytesPerSecond });
});

uppy.on("s3-multipart:part-uploaded", (file, { PartNumber }) => {
  const upload = uploads.value.get(file.meta.jobId);
  if (upload === undefined) return;
  const { partBytes, sizeBytes } = upload.pending;
  keepUpload(file.meta.jobId, { bytesStored: Math.min(sizeBytes, PartNumber * partBytes) });
});

uppy.on("upload-success", (file) => {
  if (file === undefined) return;
  finishUpload(file.meta.jobId);
  dropFile(file.meta.jobId);
});

uppy.on("upload-error", (file, error) => {
  if (file === undefined) return;
  const { jobId } = file.meta;
  // Kept in Uppy, a failed file would be sent again with the next one.
  const { data } = file;
  dropFile(jobId);
  void settle(jobId, data as File, error);
});

async function settle(jobId: string, file: File, error: unknown): Promise<void> {
  const fault = uploadFault(error);
  if (fault.kind === "failed") return showUpload(jobId, { state: "failed", fault });

  const status = await getJob(jobId).then(
    (job) => job.status,
    () => undefined,
  );
  const arrived = status === "pending" || status === "running" || status === "completed";
  const expected = status === undefined || status === "awaiting_upload";
  if (arrived || (fault.kind === "perhaps-done" && expected)) return finishUpload(jobId);
  if (!expected) {
    const message = `The job does not wait for its video any more (${statusWords[status]})`;
    const hint = "Choose the video again to open a new job.";
    return showUpload(jobId, { state: "failed", fault: { message, hint } });
  }

  if (startedOver.has(jobId)) {
    const message = "The storage has forgotten the upload twice";
    const hint = "Stop it, and choose the video again to open a new job.";
    return showUpload(jobId, { state: "failed", fault: { message, hint } });
  }
  startedOver.add(jobId);
  const pending = keepUpload(jobId, { uploadId: undefined, bytesStored: 0 });
  showUpload(jobId, { bytesSent: 0, bytesPerSecond: null });
  if (pending !== undefined) sendFile(file, pending);
}

/** Sends a file for a job; parts that are in the bucket already are not sent again. */
export function sendFile(file: File, pending: PendingUpload): void {
  const { jobId, uploadId, partBytes, sizeBytes } = pending;
  partBytesBySize.set(sizeBytes, partBytes);
  rates.set(jobId, rateMeter());

  const id = uppy.addFile({
    name: file.name,
    type: file.type,
    data: file,
    meta: { jobId, relativePath: jobId },
  });
  fileIds.set(jobId, id);
  if (uploadId !== undefined) uppy.setFileState(id, { s3Multipart: { uploadId, key: jobId } });
  showUpload(jobId, { state: "sending" });

  // Failures come as events.
  uppy.upload().catch(() => undefined);
}

uppy.on("state-update", (_before, _after, patch) => {
  for (const file of Object.values(patch?.files ?? {})) {
    const uploadId = file.s3Multipart?.uploadId;
    const known = uploads.value.get(file.meta.jobId)?.pending.uploadId;
    if (uploadId !== undefined && uploadId !== known) keepUpload(file.meta.jobId, { uploadId });
  }
});

/** Pauses an upload that is under way, and the other way round. */
export function togglePause(jobId: string): void {
  const id = fileIds.get(jobId);
  if (id === undefined) return;
  const paused = uppy.pauseResume(id);
  rates.set(jobId, rateMeter());
  showUpload(jobId, { state: paused ? "paused" : "sending", bytesPerSecond: null });
}

/** Takes a file out of Uppy; one that is under way is aborted in the bucket too. */
export function dropFile(jobId: string): void {
  const id = fileIds.get(jobId);
  fileIds.delete(jobId);
  rates.delete(jobId);
  if (id !== undefined && uppy.getFile(id) !== undefined) uppy.removeFile(id);
}
