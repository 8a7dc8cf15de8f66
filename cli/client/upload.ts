import type * as z from "zod";
import type { SubmitVideoRequest } from "../../contracts/api.ts";
import { ApiError } from "./api-error.ts";
import type { Client } from "./client.ts";
import { isThere, openJob } from "./open-job.ts";
import { withRetries } from "./retry.ts";
import { sendToStore } from "./send-to-store.ts";
import { StoreError } from "./store-error.ts";
import type { UploadCall } from "./upload-in-parts.ts";
import { uploadInParts } from "./upload-in-parts.ts";
import type { UploadMemory } from "./upload-memory.ts";
import type { VideoFile } from "./video-file.ts";

export interface UploadProgress {
  readonly bytesSent: number;
  readonly bytesTotal: number;
}

export interface UploadOptions {
  readonly request?: Pick<z.input<typeof SubmitVideoRequest>, "pipeline_id" | "options">;
  /** Of a caller who repeats the call with the same one; otherwise each upload is a job of its own. */
  readonly idempotencyKey?: string | undefined;
  /** Lets a later call with the same file and request go on where this one was stopped. */
  readonly memory?: UploadMemory | undefined;
  readonly onSubmitted?: (job: { jobId: string; resumed: boolean }) => void;
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a job for the file and brings the bytes to the store; the job's id. Rejects with ApiError or StoreError. */
export async function uploadVideo(
  client: Client,
  file: VideoFile,
  { request = {}, idempotencyKey, memory, onSubmitted, onProgress, signal }: UploadOptions = {},
): Promise<string> {
  const body = {
    filename: file.filename,
    size_bytes: file.sizeBytes,
    content_type: file.contentType,
    ...request,
  };
  const name = JSON.stringify([client.apiUrl, file.path, file.modifiedAt, idempotencyKey, body]);
  const opened = await openJob(client, body, { name, idempotencyKey, memory, signal });
  const { jobId, upload, unfinished } = opened;
  onSubmitted?.({ jobId, resumed: opened.resumed });

  const onBytes = (bytesSent: number) => onProgress?.({ bytesSent, bytesTotal: file.sizeBytes });
  const call = uploadCalls(client, jobId);
  async function send(): Promise<void> {
    if (upload.put && !upload.multipart.recommended) {
      const whole = { file, start: 0, end: file.sizeBytes };
      await call({ operation: "put" }, whole, { signal, onBytes });
      return;
    }
    await uploadInParts(call, file, {
      multipart: upload.multipart,
      uploadId: unfinished.upload_id,
      onUploadId: async (uploadId) => memory?.keep(name, { ...unfinished, upload_id: uploadId }),
      onBytes,
      hasArrived: () => isThere(client, jobId, signal),
      signal,
    });
  }

  if (!opened.isThere) {
    await send().catch((error: unknown) => {
      if (!alreadyThere(error)) throw error;
    });
  }
  onBytes(file.sizeBytes);
  await memory?.forget(name);
  return jobId;
}

/** Signed anew for each try: a signature may end before a slow part does. */
function uploadCalls(client: Client, jobId: string): UploadCall {
  return (operation, body, { signal, onBytes }) =>
    withRetries(
      async () => {
        const signed = await client.signUpload(jobId, operation, { signal });
        return sendToStore(signed, body, { signal, ...(onBytes && { onBytes }) });
      },
      {
        signal,
        mayPass: (error) =>
          (error instanceof ApiError || error instanceof StoreError) && error.mayPass,
      },
    );
}

/** An earlier try had worked and only its answer was lost: the store never replaces a video. */
const alreadyThere = (error: unknown): boolean =>
  (error instanceof StoreError && error.status === 412) ||
  (error instanceof ApiError && error.code === "UPLOAD_NOT_EXPECTED");
