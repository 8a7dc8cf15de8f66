import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import type { JobView, SubmitVideoRequest, SubmitVideoResponse } from "../../contracts/api.ts";
import { ApiError } from "./api-error.ts";
import type { Client } from "./client.ts";
import { withRetries } from "./retry.ts";
import { sendToStore } from "./send-to-store.ts";
import { StoreError } from "./store-error.ts";
import type { UploadCall } from "./upload-in-parts.ts";
import { uploadInParts } from "./upload-in-parts.ts";
import type { UnfinishedUpload, UploadMemory } from "./upload-memory.ts";
import type { VideoFile } from "./video-file.ts";

/** The upload's event takes a moment from the store to the job. */
const arrivalLooks = { count: 10, everyMs: 1000 };

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
  const earlier = await memory?.recall(name);

  async function open(unfinished: UnfinishedUpload): Promise<SubmitVideoResponse> {
    await memory?.keep(name, unfinished);
    return withRetries(
      () =>
        client.submitVideo(body, {
          idempotencyKey: unfinished.idempotency_key,
          ...(signal && { signal }),
        }),
      { signal },
    );
  }

  let unfinished = earlier ?? { idempotency_key: idempotencyKey ?? randomUUID() };
  let submitted = await open(unfinished);
  let resumed = false;
  if (earlier !== undefined || idempotencyKey !== undefined) {
    const job = await withRetries(() => client.getJob(submitted.job_id, { signal }), { signal });
    resumed = earlier !== undefined || job.status !== "awaiting_upload";

    if (idempotencyKey === undefined && ["cancelled", "expired"].includes(job.status)) {
      unfinished = { idempotency_key: randomUUID() };
      submitted = await open(unfinished);
      resumed = false;
    } else if (isThere(job)) {
      onSubmitted?.({ jobId: submitted.job_id, resumed });
      await memory?.forget(name);
      return submitted.job_id;
    }
  }
  const { job_id: jobId, upload } = submitted;
  onSubmitted?.({ jobId, resumed });

  const onBytes = (bytesSent: number) => onProgress?.({ bytesSent, bytesTotal: file.sizeBytes });
  const call = uploadCalls(client, jobId);
  try {
    if (upload.put && !upload.multipart.recommended) {
      await call(
        { operation: "put" },
        { file, start: 0, end: file.sizeBytes },
        { signal, onBytes },
      );
    } else {
      await uploadInParts(call, file, {
        multipart: upload.multipart,
        uploadId: unfinished.upload_id,
        onUploadId: async (uploadId) => memory?.keep(name, { ...unfinished, upload_id: uploadId }),
        onBytes,
        hasArrived: () => arrives(client, jobId, signal),
        signal,
      });
    }
  } catch (error) {
    if (!alreadyThere(error)) throw error;
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

const isThere = ({ status, blocked_reason }: JobView): boolean =>
  status !== "awaiting_upload" || blocked_reason?.code === "UPLOAD_EVENT_MISSING";

async function arrives(
  client: Client,
  jobId: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (let look = 1; look <= arrivalLooks.count; look++) {
    if (isThere(await withRetries(() => client.getJob(jobId, { signal }), { signal }))) return true;
    await sleep(arrivalLooks.everyMs, undefined, signal && { signal });
  }
  return false;
}
