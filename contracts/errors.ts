interface ErrorFacts {
  /** What happened, as a title. */
  readonly title: string;
  /** HTTP status where the API answers with it. */
  readonly status?: number;
  /** What the person can do now. */
  readonly hint: string;
}

/** Every stable code of the system. Each has a section of the same name in docs/errors.md. */
export const errors = {
  INVALID_REQUEST: {
    status: 400,
    title: "The request is not valid",
    hint: "Correct the fields named in `detail`.",
  },
  INVALID_JSON: {
    status: 400,
    title: "The body is not JSON",
    hint: "Send one JSON object as UTF-8 with content-type application/json.",
  },
  PIPELINE_UNKNOWN: {
    status: 400,
    title: "There is no such pipeline",
    hint: "GET /v1/pipelines lists those that there are.",
  },
  CLASS_UNKNOWN: {
    status: 400,
    title: "The model has no such class",
    hint: "Use the class names that GET /v1/pipelines lists for the pipeline's model.",
  },
  MODEL_INVALID: {
    status: 400,
    title: "The model cannot be used",
    hint: "Correct its manifest; docs/models.md describes every field.",
  },
  NOT_AUTHENTICATED: {
    status: 401,
    title: "Nobody is named as the caller",
    hint: "Send an API key as `Authorization: Bearer fq_…`; `framequeue key create NAME` makes one.",
  },
  NOT_ALLOWED: {
    status: 403,
    title: "The key is for something else",
    hint: "An API key opens the routes of jobs, a worker token those of workers; use the other kind.",
  },
  JOB_NOT_FOUND: {
    status: 404,
    title: "There is no such job",
    hint: "Check the id; a deleted job is gone for good.",
  },
  WEBHOOK_NOT_FOUND: {
    status: 404,
    title: "There is no such webhook",
    hint: "GET /v1/webhooks lists those that there are.",
  },
  PIPELINE_NOT_FOUND: {
    status: 404,
    title: "There is no pipeline of this name to remove",
    hint: "GET /v1/pipelines lists those that there are.",
  },
  DELIVERY_NOT_FOUND: {
    status: 404,
    title: "There is no such delivery",
    hint: "GET /v1/webhooks/{webhook_id}/deliveries lists the last ones; they are kept for 30 days.",
  },
  WEBHOOK_URL_REFUSED: {
    status: 400,
    title: "The address cannot be a webhook's",
    hint: "Use https and a host with public addresses only.",
  },
  WEBHOOK_DISABLED: {
    status: 409,
    title: "The webhook is disabled",
    hint: "Its receiver answered 410; remove it and add it anew.",
  },
  TOO_MANY_WEBHOOKS: {
    status: 409,
    title: "There are as many webhooks as an owner may have",
    hint: "Remove one that is not needed any more.",
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    title: "There is no such route",
    hint: "GET /v1/openapi.json lists them all.",
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: "The route does not know this method",
    hint: "GET /v1/openapi.json lists the methods.",
  },
  MODEL_NAME_TAKEN: {
    status: 409,
    title: "Another model has this name",
    hint: "Choose another name (`--name`). With `replace` (`--replace`) jobs that wait for the pipeline get the new model.",
  },
  PIPELINE_BUILT_IN: {
    status: 409,
    title: "The pipeline is part of the program",
    hint: "Only pipelines that `framequeue model add` made can be removed.",
  },
  UPLOAD_NOT_EXPECTED: {
    status: 409,
    title: "The job does not wait for an upload",
    hint: "Open a new job for another video.",
  },
  JOB_NOT_CANCELLABLE: {
    status: 409,
    title: "The job has already ended",
    hint: "Nothing is left to stop.",
  },
  JOB_NOT_RETRYABLE: {
    status: 409,
    title: "The job cannot be run again",
    hint: "Only failed and cancelled jobs with a video can; submit the video again otherwise.",
  },
  RESULTS_NOT_READY: {
    status: 409,
    title: "The job has no results yet",
    hint: "Wait until its status is completed.",
  },
  UPLOAD_TOO_LARGE: {
    status: 413,
    title: "The video is larger than this system takes",
    hint: "Cut or compress it; the limit is in `detail`.",
  },
  REQUEST_TOO_LARGE: {
    status: 413,
    title: "The body is too large",
    hint: "Videos go to the presigned upload, not through the API.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: "The body has another type than JSON",
    hint: "Send content-type application/json.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: "This Idempotency-Key came with another request before",
    hint: "Use a new key for each new job.",
  },
  INTERNAL: {
    status: 500,
    title: "Something of ours failed",
    hint: "Try again; the request id leads to the log.",
  },

  UPLOAD_EMPTY: {
    status: 400,
    title: "The uploaded file is empty",
    hint: "Upload the video again; check the file on your disk.",
  },
  UPLOAD_SIZE_MISMATCH: {
    title: "The upload has another size than was announced",
    hint: "Submit the video again, with its exact size.",
  },
  SOURCE_MISSING: {
    title: "The video is no longer in the bucket",
    hint: "It was deleted before it could be read; submit it again.",
  },
  SOURCE_CHANGED: {
    title: "The video was replaced after the job began",
    hint: "Submit the new video as a job of its own.",
  },
  CONTAINER_REFUSED: {
    title: "The file is not a video container that is accepted",
    hint: "Accepted are MP4/MOV, MKV/WebM, AVI, MPEG-TS/PS, FLV and GIF with their own bytes; playlists are refused.",
  },
  NOT_A_VIDEO: {
    title: "The file is not a video, or too damaged to open",
    hint: "Play it in another program; export it again as MP4 (H.264).",
  },
  NO_VIDEO_STREAM: {
    title: "The file has no video in it",
    hint: "It holds only sound, subtitles or a still picture.",
  },
  VIDEO_EMPTY: {
    title: "The video has no frame that can be decoded",
    hint: "Export it again; the file ends before its first picture.",
  },
  VIDEO_LIMIT_EXCEEDED: {
    title: "The video is beyond a limit",
    hint: "The limit and the video's value are in the message; convert the video to stay below.",
  },
  VIDEO_INCOMPLETE: {
    title: "Part of the video could not be decoded",
    hint: "The file is truncated or damaged; export or upload it again.",
  },
  SEGMENTS_DISAGREE: {
    title: "The segments do not make a whole",
    hint: "Nothing to do: the join is tried again. Should it keep failing, start the job anew.",
  },
  RANGE_EMPTY: {
    title: "No frame lies in the asked time range",
    hint: "Choose a range within the video's duration.",
  },
  DECODE_FAILED: {
    title: "ffmpeg failed on the video",
    hint: "The message holds its last words; export the video again as MP4 (H.264).",
  },
  DECODE_STALLED: {
    title: "ffmpeg gave no frame for too long",
    hint: "It is tried again; if it stays so, export the video again.",
  },
  MODEL_UNAVAILABLE: {
    title: "The model file cannot be had",
    hint: "Give it to the system with `framequeue model add FILE`.",
  },
  MODEL_CORRUPT: {
    title: "The model file is not the one that its manifest names",
    hint: "Its sha256 differs; add the right file with `framequeue model add FILE`.",
  },
  MODEL_FAILED: {
    title: "The model failed on a frame",
    hint: "The message holds onnxruntime's words; check the manifest's input and output.",
  },
  GPU_REQUIRED: {
    title: "The pipeline requires a GPU",
    hint: "Start a worker with one, or choose a pipeline with `require: any`.",
  },
  WORKER_FAILED: {
    title: "The worker failed",
    hint: "It is tried again; the message and the worker's log say more.",
  },
  GPU_LOST: {
    title: "The worker's GPU failed under this job",
    hint: "Another worker takes it; if none survives it, the video or the driver is at fault: see the history.",
  },
  ATTEMPTS_EXHAUSTED: {
    title: "Every attempt failed",
    hint: "The history holds each reason; retry the job once the cause is mended.",
  },
  DEAD_LETTERED: {
    title: "The work message ended in the dead-letter queue",
    hint: "Workers received it many times without taking it; see the runbook, then retry the job.",
  },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof errors;

export const errorFacts = (code: ErrorCode): ErrorFacts => errors[code];

/** Where a code is explained. */
export const errorDocs = (code: string): string =>
  `https://github.com/framequeue/framequeue/blob/main/docs/errors.md#${code.toLowerCase()}`;

/** Will fail again however often it is tried: fails the job, or answers 4xx. Anything else thrown is tried again. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** May succeed on another try: the job waits with backoff, and the code stands in its history. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
