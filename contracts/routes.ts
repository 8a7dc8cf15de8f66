import type * as z from "zod";
import type { ErrorCode } from "./errors.ts";
import {
  AddModelRequest,
  AddModelResponse,
  JobListView,
  JobView,
  ListJobsQuery,
  PipelineListView,
  ResultsView,
  SignedRequestView,
  SignUploadRequest,
  SubmitVideoRequest,
  SubmitVideoResponse,
  WorkerConfigurationView,
  WorkerCredentialsView,
  WorkerHealthView,
} from "./api.ts";
import {
  AddWebhookRequest,
  AddWebhookResponse,
  DeliveryListView,
  DeliveryView,
  WebhookListView,
} from "./webhook-api.ts";

export interface RouteFacts {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly status: 200 | 201 | 202 | 204;
  readonly response?: z.ZodType;
  readonly problems: readonly ErrorCode[];
  /** Who may call it: a worker with its token, and nobody else; absent: everybody else, and no worker token. */
  readonly caller?: "worker";
}

const body = [
  "INVALID_JSON",
  "INVALID_REQUEST",
  "UNSUPPORTED_MEDIA_TYPE",
  "REQUEST_TOO_LARGE",
] as const;

/** Every route by its operation's name: infra/ makes the gateway's routes of it, functions/api answers them, openapi.json is written from it. */
export const routes = {
  submitVideo: {
    method: "POST",
    path: "/v1/video/submit",
    summary: "Opens a job and says where to put its video. Honours Idempotency-Key.",
    body: SubmitVideoRequest,
    status: 201,
    response: SubmitVideoResponse,
    problems: [
      ...body,
      "PIPELINE_UNKNOWN",
      "CLASS_UNKNOWN",
      "UPLOAD_TOO_LARGE",
      "UPLOAD_EMPTY",
      "IDEMPOTENCY_KEY_REUSED",
      "JOB_NOT_FOUND",
    ],
  },
  signUpload: {
    method: "POST",
    path: "/v1/jobs/{job_id}/upload/sign",
    summary: "Signs one S3 operation of the job's upload.",
    body: SignUploadRequest,
    status: 200,
    response: SignedRequestView,
    problems: [...body, "JOB_NOT_FOUND", "UPLOAD_NOT_EXPECTED"],
  },
  listJobs: {
    method: "GET",
    path: "/v1/jobs",
    summary: "Lists jobs, newest first.",
    query: ListJobsQuery,
    status: 200,
    response: JobListView,
    problems: ["INVALID_REQUEST"],
  },
  getJob: {
    method: "GET",
    path: "/v1/jobs/{job_id}",
    summary: "One job: status, progress, why it does not move, history.",
    status: 200,
    response: JobView,
    problems: ["JOB_NOT_FOUND"],
  },
  getResults: {
    method: "GET",
    path: "/v1/jobs/{job_id}/results",
    summary: "Presigned links to the manifest, the artifacts and the video.",
    status: 200,
    response: ResultsView,
    problems: ["JOB_NOT_FOUND", "RESULTS_NOT_READY"],
  },
  cancelJob: {
    method: "POST",
    path: "/v1/jobs/{job_id}/cancel",
    summary: "Stops a job. Once accepted, this run never completes.",
    status: 202,
    response: JobView,
    problems: ["JOB_NOT_FOUND", "JOB_NOT_CANCELLABLE"],
  },
  retryJob: {
    method: "POST",
    path: "/v1/jobs/{job_id}/retry",
    summary: "Starts the next run of a failed or cancelled job.",
    status: 202,
    response: JobView,
    problems: ["JOB_NOT_FOUND", "JOB_NOT_RETRYABLE"],
  },
  deleteJob: {
    method: "DELETE",
    path: "/v1/jobs/{job_id}",
    summary: "Removes the job, its video and every artifact.",
    status: 204,
    problems: ["JOB_NOT_FOUND"],
  },
  listPipelines: {
    method: "GET",
    path: "/v1/pipelines",
    summary: "What can be asked for.",
    status: 200,
    response: PipelineListView,
    problems: [],
  },
  addModel: {
    method: "POST",
    path: "/v1/models",
    summary: "Registers a model and a pipeline of its name; answers where to put the ONNX file.",
    body: AddModelRequest,
    status: 201,
    response: AddModelResponse,
    problems: [...body, "MODEL_INVALID", "MODEL_NAME_TAKEN"],
  },
  removePipeline: {
    method: "DELETE",
    path: "/v1/pipelines/{pipeline_id}",
    summary: "Removes an added pipeline, and its model's file where no other runs it.",
    status: 204,
    problems: ["PIPELINE_NOT_FOUND", "PIPELINE_BUILT_IN"],
  },
  workerHealth: {
    method: "GET",
    path: "/v1/worker/health",
    summary: "Workers alive and what each is doing; the queue's depth; the oldest waiting job.",
    status: 200,
    response: WorkerHealthView,
    problems: [],
  },
  workerCredentials: {
    method: "GET",
    path: "/v1/worker/credentials",
    caller: "worker",
    summary: "Credentials of a worker for some minutes, by the container-credentials protocol.",
    status: 200,
    response: WorkerCredentialsView,
    problems: [],
  },
  workerConfiguration: {
    method: "GET",
    path: "/v1/worker/configuration",
    caller: "worker",
    summary: "Where a worker finds the table, the bucket and the queue, and its rhythm.",
    status: 200,
    response: WorkerConfigurationView,
    problems: [],
  },
  addWebhook: {
    method: "POST",
    path: "/v1/webhooks",
    summary: "Lets an address hear of the ends of jobs, signed. Answers the secret, this once.",
    body: AddWebhookRequest,
    status: 201,
    response: AddWebhookResponse,
    problems: [...body, "WEBHOOK_URL_REFUSED", "TOO_MANY_WEBHOOKS"],
  },
  listWebhooks: {
    method: "GET",
    path: "/v1/webhooks",
    summary: "Who hears of the ends of jobs.",
    status: 200,
    response: WebhookListView,
    problems: [],
  },
  removeWebhook: {
    method: "DELETE",
    path: "/v1/webhooks/{webhook_id}",
    summary: "Removes the webhook; what waits to be delivered to it is dropped.",
    status: 204,
    problems: ["WEBHOOK_NOT_FOUND"],
  },
  listDeliveries: {
    method: "GET",
    path: "/v1/webhooks/{webhook_id}/deliveries",
    summary: "The webhook's last deliveries, newest first, with status and error.",
    status: 200,
    response: DeliveryListView,
    problems: ["WEBHOOK_NOT_FOUND"],
  },
  redeliver: {
    method: "POST",
    path: "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    summary: "Delivers the event again, under its old id.",
    status: 202,
    response: DeliveryView,
    problems: ["WEBHOOK_NOT_FOUND", "DELIVERY_NOT_FOUND", "WEBHOOK_DISABLED"],
  },
  openapi: {
    method: "GET",
    path: "/v1/openapi.json",
    summary: "This document.",
    status: 200,
    problems: [],
  },
} as const satisfies Record<string, RouteFacts>;

export type RouteName = keyof typeof routes;
