import { randomUUID } from "node:crypto";
import type * as z from "zod";
import type { JobView, SubmitVideoRequest, UploadView } from "../../contracts/api.ts";
import { ApiError } from "./api-error.ts";
import type { Client } from "./client.ts";
import { withRetries } from "./retry.ts";
import type { UnfinishedUpload, UploadMemory } from "./upload-memory.ts";

export interface OpenJobOptions {
  /** What an upload is remembered by. */
  readonly name: string;
  readonly idempotencyKey: string | undefined;
  readonly memory: UploadMemory | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface OpenedJob {
  readonly jobId: string;
  readonly upload: UploadView;
  readonly unfinished: UnfinishedUpload;
  /** Another call began it. */
  readonly resumed: boolean;
  /** The store has the video already. */
  readonly isThere: boolean;
}

/** Opens a job, or finds the one that an earlier call with this key, or for this upload, has opened. */
export async function openJob(
  client: Client,
  body: z.input<typeof SubmitVideoRequest>,
  { name, idempotencyKey, memory, signal }: OpenJobOptions,
): Promise<OpenedJob> {
  async function open(unfinished: UnfinishedUpload): Promise<Omit<OpenedJob, "resumed">> {
    // Before the request: its answer may be lost.
    await memory?.keep(name, unfinished);
    const { job_id, upload } = await withRetries(
      () => client.submitVideo(body, { idempotencyKey: unfinished.idempotency_key, signal }),
      { signal, mayPass: answeredAndMayPass },
    );
    return { jobId: job_id, upload, unfinished, isThere: false };
  }
  const openNew = async (key: string = randomUUID()): Promise<OpenedJob> => ({
    ...(await open({ idempotency_key: key })),
    resumed: false,
  });

  const earlier = await memory?.recall(name);
  try {
    if (!earlier && idempotencyKey === undefined) return await openNew();

    const found = await open(earlier ?? { idempotency_key: idempotencyKey! });
    const job = await look(client, found.jobId, signal);
    const over = job.status === "cancelled" || job.status === "expired";
    if (over && idempotencyKey === undefined) return await openNew();

    const there = hasVideo(job);
    return { ...found, isThere: there, resumed: earlier !== undefined || there };
  } catch (error) {
    const refused = error instanceof ApiError && !error.mayPass;
    if (refused) await memory?.forget(name);
    // The job that an earlier call opened was removed since.
    const removed = refused && error.status === 404 && earlier;
    if (removed && idempotencyKey === undefined) return openNew();
    throw error;
  }
}

/** Whether the store has the job's video, although its event may not have come yet. */
export const isThere = async (
  client: Client,
  jobId: string,
  signal: AbortSignal | undefined,
): Promise<boolean> => hasVideo(await look(client, jobId, signal));

const hasVideo = ({ status, blocked_reason }: JobView): boolean =>
  status !== "awaiting_upload" || blocked_reason?.code !== "AWAITING_UPLOAD";

const look = (client: Client, jobId: string, signal: AbortSignal | undefined): Promise<JobView> =>
  withRetries(() => client.getJob(jobId, { signal }), { signal });

/** An address where nothing answers from the beginning is better said at once. */
const answeredAndMayPass = (error: unknown): boolean =>
  error instanceof ApiError && error.mayPass && error.status !== 0;
