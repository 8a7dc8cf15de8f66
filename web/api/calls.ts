import type {
  JobListView,
  JobView,
  PipelineListView,
  ResultsView,
  SignedRequestView,
  SignUploadRequest,
  SubmitVideoRequest,
  SubmitVideoResponse,
  WorkerHealthView,
} from "../../contracts/api.ts";
import type { JobStatus } from "../../contracts/work-row.ts";
import { call } from "./client.ts";
import { withRetries } from "./retry.ts";

const jobPath = (jobId: string) => `/v1/jobs/${encodeURIComponent(jobId)}` as const;

/** Opens a job. Safe to repeat: one key is sent with every try. */
export function submitVideo(request: Partial<SubmitVideoRequest>): Promise<SubmitVideoResponse> {
  const headers = { "idempotency-key": crypto.randomUUID() };
  return withRetries(() => call("POST", "/v1/video/submit", { body: request, headers }));
}

export const signUpload = (jobId: string, request: SignUploadRequest): Promise<SignedRequestView> =>
  withRetries(() => call("POST", `${jobPath(jobId)}/upload/sign`, { body: request }));

export function listJobs(
  { status, cursor }: { status?: JobStatus | undefined; cursor?: string | undefined },
  signal?: AbortSignal,
): Promise<JobListView> {
  const query = new URLSearchParams();
  if (status !== undefined) query.set("status", status);
  if (cursor !== undefined) query.set("cursor", cursor);
  return call("GET", `/v1/jobs${query.size > 0 ? `?${query}` : ""}`, { signal });
}

export const getJob = (jobId: string, signal?: AbortSignal): Promise<JobView> =>
  call("GET", jobPath(jobId), { signal });

export const getResults = (jobId: string, signal?: AbortSignal): Promise<ResultsView> =>
  call("GET", `${jobPath(jobId)}/results`, { signal });

export const cancelJob = (jobId: string): Promise<JobView> =>
  call("POST", `${jobPath(jobId)}/cancel`);

export const retryJob = (jobId: string): Promise<JobView> =>
  call("POST", `${jobPath(jobId)}/retry`);

export const deleteJob = (jobId: string): Promise<void> => call("DELETE", jobPath(jobId));

export const listPipelines = (): Promise<PipelineListView> =>
  withRetries(() => call("GET", "/v1/pipelines"));

export const workerHealth = (signal?: AbortSignal): Promise<WorkerHealthView> =>
  call("GET", "/v1/worker/health", { signal });
