import * as z from "zod";
import { ArtifactEntry, ResultSummary } from "./artifact.ts";
import { historyEvents, jobStatuses } from "./work-row.ts";
import { limits } from "./limits.ts";
import { ModelManifest } from "./model.ts";
import { JobOptions, Pipeline, PipelineId } from "./pipeline.ts";

const Time = z.iso.datetime();

/** A request that the client sends to the bucket itself, exactly as it stands here. */
export const SignedRequestView = z
  .object({
    method: z.enum(["PUT", "POST", "GET", "DELETE"]),
    url: z.url(),
    headers: z.record(z.string(), z.string()),
    expires_at: Time,
  })
  .meta({ id: "SignedRequest" });
export type SignedRequestView = z.infer<typeof SignedRequestView>;

const wellFormed = (text: string): string => text.toWellFormed();

export const SubmitVideoRequest = z
  .strictObject({
    /** Half a surrogate pair has no UTF-8, and so no place in a link to the job's results. */
    filename: z.string().trim().min(1).max(255).overwrite(wellFormed),
    size_bytes: z.int().nonnegative(),
    /** Becomes a signed header. */
    content_type: z
      .string()
      .trim()
      .regex(/^[\x21-\x7e][\x20-\x7e]{0,126}$/, "1 to 127 printable ASCII characters")
      .default("application/octet-stream"),
    pipeline_id: PipelineId.default("pitch"),
    options: JobOptions.prefault({}),
  })
  .meta({ id: "SubmitVideoRequest" });
export type SubmitVideoRequest = z.infer<typeof SubmitVideoRequest>;

export const UploadView = z
  .object({
    key: z.string(),
    expires_at: Time,
    /** One PUT of the whole file; null above 5 GiB. */
    put: SignedRequestView.nullable(),
    /** The same in parts, which can be resumed: sign each with `sign_path`. */
    multipart: z.object({
      recommended: z.boolean(),
      part_size_bytes: z.int().positive(),
      parts: z.int().positive(),
      sign_path: z.string(),
    }),
  })
  .meta({ id: "Upload" });
export type UploadView = z.infer<typeof UploadView>;

export const SubmitVideoResponse = z
  .object({ job_id: z.string(), status: z.enum(jobStatuses), upload: UploadView })
  .meta({ id: "SubmitVideoResponse" });
export type SubmitVideoResponse = z.infer<typeof SubmitVideoResponse>;

const uploadId = z.string().min(1).max(1024);
export const SignUploadRequest = z
  .discriminatedUnion("operation", [
    z.strictObject({ operation: z.literal("put") }),
    z.strictObject({ operation: z.literal("create_multipart") }),
    z.strictObject({
      operation: z.literal("upload_part"),
      upload_id: uploadId,
      part_number: z.int().min(1).max(limits.partsMax),
    }),
    z.strictObject({ operation: z.literal("list_parts"), upload_id: uploadId }),
    z.strictObject({ operation: z.literal("complete_multipart"), upload_id: uploadId }),
    z.strictObject({ operation: z.literal("abort_multipart"), upload_id: uploadId }),
  ])
  .meta({ id: "SignUploadRequest" });
export type SignUploadRequest = z.infer<typeof SignUploadRequest>;

export const blockedReasonCodes = [
  "NO_WORKER",
  "WORKERS_ON_OTHER_QUEUE",
  "NO_CAPABLE_WORKER",
  "QUEUED_BEHIND",
  "WORKER_STARTING",
  "AWAITING_UPLOAD",
  "UPLOAD_EVENT_MISSING",
  "RETRY_BACKOFF",
  "LEASE_HELD",
] as const;

/** Why a job does not move, as a code and a sentence. */
export const BlockedReason = z
  .object({
    code: z.enum(blockedReasonCodes),
    message: z.string(),
    /** Where they help: the queues, how many jobs are in front, who holds the lease, until when. */
    queue_id: z.string().optional(),
    worker_queue_ids: z.array(z.string()).optional(),
    jobs_in_front: z.int().optional(),
    worker_id: z.string().optional(),
    until: Time.optional(),
  })
  .meta({ id: "BlockedReason" });
export type BlockedReason = z.infer<typeof BlockedReason>;

export const JobErrorView = z
  .object({
    code: z.string(),
    title: z.string(),
    message: z.string(),
    hint: z.string(),
    docs: z.url(),
  })
  .meta({ id: "JobError" });
export type JobErrorView = z.infer<typeof JobErrorView>;

export const JobView = z
  .object({
    job_id: z.string(),
    /** In every log line about the job, from submit to publish: that of the `traceparent` that it was submitted with, or its own. */
    trace_id: z.string(),
    status: z.enum(jobStatuses),
    filename: z.string(),
    content_type: z.string(),
    size_bytes: z.int().nullable(),
    pipeline_id: z.string(),
    options: JobOptions,
    run: z.int(),
    attempts: z.object({ used: z.int(), max: z.int(), interruptions: z.int() }),
    progress: z
      .object({
        stage: z.enum(["fetch", "probe", "detect", "publish"]),
        /** 0–1, or null while the number of frames is unknown. */
        fraction: z.number().nullable(),
        frames_done: z.int(),
        frames_total: z.int().nullable(),
        frames_per_second: z.number().nullable(),
        seconds_left: z.number().nullable(),
        updated_at: Time,
      })
      .nullable(),
    /** How many a long video was cut into, and how many of them have ended; null for a job in one piece. */
    segments: z.object({ total: z.int(), ended: z.int() }).nullable(),
    /** Null where the job moves or has ended. */
    blocked_reason: BlockedReason.nullable(),
    worker_id: z.string().nullable(),
    error: JobErrorView.nullable(),
    summary: ResultSummary.nullable(),
    history: z.array(
      z.object({
        at: Time,
        event: z.enum(historyEvents),
        run: z.int(),
        fence: z.int(),
        /** Where it happened to one segment. */
        segment: z.int().optional(),
        worker_id: z.string().nullable(),
        code: z.string().nullable(),
        message: z.string().nullable(),
      }),
    ),
    created_at: Time,
    upload_by: Time.nullable(),
    queued_at: Time.nullable(),
    started_at: Time.nullable(),
    finished_at: Time.nullable(),
  })
  .meta({ id: "Job" });
export type JobView = z.infer<typeof JobView>;

export const ListJobsQuery = z.strictObject({
  status: z.enum(jobStatuses).optional(),
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
  cursor: z.string().max(1024).optional(),
});
export type ListJobsQuery = z.infer<typeof ListJobsQuery>;

export const JobListView = z
  .object({ jobs: z.array(JobView), next_cursor: z.string().nullable() })
  .meta({ id: "JobList" });
export type JobListView = z.infer<typeof JobListView>;

export const ResultsView = z
  .object({
    job_id: z.string(),
    run: z.int(),
    summary: ResultSummary,
    manifest: ArtifactEntry.extend({ url: z.url() }),
    artifacts: z.array(ArtifactEntry.extend({ url: z.url() })),
    /** The uploaded video itself. */
    source: z.object({ filename: z.string(), content_type: z.string(), url: z.url() }),
    expires_at: Time,
  })
  .meta({ id: "Results" });
export type ResultsView = z.infer<typeof ResultsView>;

export const PipelineListView = z
  .object({ pipelines: z.array(Pipeline) })
  .meta({ id: "PipelineList" });
export type PipelineListView = z.infer<typeof PipelineListView>;

/** Registers a model: its file goes to `upload`, whose digest the store checks; a pipeline of its name appears. */
export const AddModelRequest = z
  .strictObject({
    manifest: ModelManifest,
    /** Has the pipeline of this name run this model from now on, whatever it ran before. */
    replace: z.boolean().optional(),
  })
  .meta({ id: "AddModelRequest" });
export type AddModelRequest = z.infer<typeof AddModelRequest>;

export const AddModelResponse = z
  .object({
    name: z.string(),
    sha256: z.string(),
    pipeline_id: z.string(),
    /** Null when the file is there already. */
    upload: SignedRequestView.nullable(),
    /** The model that the pipeline of this name had until now; absent where it had none, or this very one. */
    replaced: z.object({ sha256: z.string() }).optional(),
  })
  .meta({ id: "AddModelResponse" });
export type AddModelResponse = z.infer<typeof AddModelResponse>;

/** As the container-credentials protocol of the AWS SDKs has it, in its letters; `Expiration` is RFC 3339. */
export const WorkerCredentialsView = z
  .object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    Token: z.string(),
    Expiration: z.iso.datetime(),
  })
  .meta({ id: "WorkerCredentials" });
export type WorkerCredentialsView = z.infer<typeof WorkerCredentialsView>;

export const WorkerConfigurationView = z
  .object({
    region: z.string(),
    jobs_table: z.string(),
    media_bucket: z.string(),
    work_queue_url: z.string(),
    lease_seconds: z.number(),
    heartbeat_seconds: z.number(),
    /** Of one segment of a long video, about; 0: what suits the worker's processor. */
    segment_frames: z.int(),
    /** Where AWS is, if not where the SDK looks. */
    endpoint_url: z.string().optional(),
  })
  .meta({ id: "WorkerConfiguration" });
export type WorkerConfigurationView = z.infer<typeof WorkerConfigurationView>;

export const WorkerHealthView = z
  .object({
    queue_id: z.string(),
    queue: z.object({ visible: z.int(), in_flight: z.int(), delayed: z.int() }),
    waiting: z.object({ jobs: z.int(), oldest_since: Time.nullable() }),
    /** Workers heard of lately on this system's queue. */
    workers_alive: z.int(),
    last_heartbeat_at: Time.nullable(),
    workers: z.array(
      z.object({
        worker_id: z.string(),
        alive: z.boolean(),
        state: z.enum(["starting", "idle", "working", "stopping"]),
        queue_id: z.string(),
        on_this_queue: z.boolean(),
        job_id: z.string().nullable(),
        host: z.string(),
        version: z.string(),
        started_at: Time,
        heartbeat_at: Time,
        providers: z.array(z.string()),
        gpu: z.boolean(),
        ffmpeg: z.string(),
        /** What keeps ffmpeg apart from the worker: "bubblewrap", or "none: " and why. */
        sandbox: z.string(),
      }),
    ),
  })
  .meta({ id: "WorkerHealth" });
export type WorkerHealthView = z.infer<typeof WorkerHealthView>;

/** RFC 9457, with a stable `code`. */
export const Problem = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string(),
    instance: z.string().optional(),
    request_id: z.string().optional(),
    /** Of the request's `traceparent`, or its own. */
    trace_id: z.string().optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;
