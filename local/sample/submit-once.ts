import { ApiError } from "../../cli/client/api-error.ts";
import type { Client } from "../../cli/client/client.ts";
import type { UploadMemory } from "../../cli/client/upload-memory.ts";
import type { UploadProgress } from "../../cli/client/upload.ts";
import { uploadVideo } from "../../cli/client/upload.ts";
import { videoFile } from "../../cli/client/video-file.ts";
import { videoKeys } from "./video-keys.ts";

export interface SubmitOnceOptions {
  readonly path: string;
  readonly pipelineId: string;
  readonly memory: UploadMemory;
  readonly say: (line: string) => void;
  readonly onProgress: (progress: UploadProgress) => void;
  readonly signal: AbortSignal;
}

/** Jobs of one video that may have expired or been deleted before its next one. */
const generationsMax = 20;

/** Uploads the video, or finds the job that an earlier start opened for it. One that had failed is run again. */
export async function submitOnce(client: Client, options: SubmitOnceOptions): Promise<string> {
  const { path, pipelineId, memory, say, onProgress, signal } = options;
  const file = await videoFile(path);
  const keyOf = await videoKeys({ path, pipelineId });

  for (let generation = 0; generation < generationsMax; generation++) {
    try {
      let known = false;
      const jobId = await uploadVideo(client, file, {
        request: { pipeline_id: pipelineId },
        idempotencyKey: keyOf(generation),
        memory,
        signal,
        // Of a video that had arrived before there is nothing to see.
        onProgress: (progress) =>
          (known && progress.bytesSent === progress.bytesTotal) || onProgress(progress),
        onSubmitted: (submitted) => {
          known = submitted.resumed;
          const found = known ? ", known from an earlier start" : "";
          say(`${file.filename}, pipeline ${pipelineId}: job ${submitted.jobId}${found}`);
        },
      });
      const job = await client.getJob(jobId, { signal });
      if (job.status === "expired") continue;

      if (known && (job.status === "failed" || job.status === "cancelled")) {
        say(`It had ${job.status}${job.error ? ` (${job.error.code})` : ""} and is run again.`);
        await client.retryJob(jobId, { signal });
      }
      return jobId;
    } catch (error) {
      // It was deleted; its key leads nowhere any more.
      if (!(error instanceof ApiError && error.code === "JOB_NOT_FOUND")) throw error;
    }
  }
  throw new Error(`${file.filename} was submitted and deleted too often: give it another name.`);
}
