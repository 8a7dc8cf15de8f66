import * as z from "zod";
import { limits } from "./limits.ts";

const number = (fallback: number) => z.coerce.number().positive().default(fallback);

/** Where the system keeps its things; every process has these three. */
const Places = z.object({
  JOBS_TABLE: z.string().min(1),
  MEDIA_BUCKET: z.string().min(1),
  WORK_QUEUE_URL: z.url(),
});

const LogLevel = z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO");

export const ApiEnvironment = Places.extend({
  UPLOAD_BYTES_MAX: number(limits.uploadBytesMax),
  DELIVERY_QUEUE_URL: z.url(),
  /** The workers' rhythm, so that their silence can be told from a pause. */
  HEARTBEAT_SECONDS: number(limits.heartbeatSeconds),
  LEASE_SECONDS: number(limits.leaseSeconds),
  /** What workers elsewhere are given credentials of, and are told. */
  WORKER_ROLE_ARN: z.string().min(1),
  SEGMENT_FRAMES: z.coerce.number().int().nonnegative().default(0),
  REVOKED_WITHIN_SECONDS: number(limits.revokedWithinSeconds),
  POWERTOOLS_LOG_LEVEL: LogLevel,
});

/** Where AWS is: what a Lambda's host sets and the template does not. */
export const HostEnvironment = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ENDPOINT_URL: z.url().optional(),
});

export const OnUploadEnvironment = Places.extend({
  /** Pipeline of files that come without the API. */
  INBOX_PIPELINE: z.string().min(1),
  POWERTOOLS_LOG_LEVEL: LogLevel,
});

export const SweepEnvironment = Places.extend({
  LEASE_SECONDS: number(limits.leaseSeconds),
  POWERTOOLS_LOG_LEVEL: LogLevel,
});

export const DeadLetterEnvironment = Places.extend({ POWERTOOLS_LOG_LEVEL: LogLevel });

/** Who asks is looked up in one table; it needs nothing else. */
export const AuthorizeEnvironment = Places.pick({ JOBS_TABLE: true }).extend({
  POWERTOOLS_LOG_LEVEL: LogLevel,
});

export const DeliverWebhooksEnvironment = z.object({
  JOBS_TABLE: z.string().min(1),
  DELIVERY_QUEUE_URL: z.url(),
  POWERTOOLS_LOG_LEVEL: LogLevel,
});

/** The worker's contract: what the task definition gives it, and what a host may add. */
export const WorkerEnvironment = Places.extend({
  LEASE_SECONDS: number(limits.leaseSeconds),
  HEARTBEAT_SECONDS: number(limits.heartbeatSeconds),
  /** `gpu` refuses to start where no GPU really works; `cpu` leaves a GPU to others and does not look for one. */
  REQUIRE: z.enum(["any", "gpu", "cpu"]).default("any"),
  /** `require` refuses to start where ffmpeg cannot be kept apart; `auto` takes what the host allows, and says it. */
  SANDBOX: z.enum(["auto", "require"]).default("auto"),
  LOG_LEVEL: LogLevel,
  WORKER_ID: z.string().min(1).optional(),
  /** Whose worker it is: the scaler counts those that it started. */
  FLEET: z.string().min(1).optional(),
  /** Whether its log holds lines for CloudWatch, which nobody reads elsewhere; absent: for workers that the scaler started. */
  METRICS: z.enum(["emf", "none"]).optional(),
  /** Detector threads; by default one per core. */
  DETECTOR_THREADS: z.coerce.number().int().positive().optional(),
  /** Frames of one segment of a long video, about; 0: what suits the processor that is found. */
  SEGMENT_FRAMES: z.coerce.number().int().nonnegative().default(0),
  /** An idle worker ends after so long without work; absent: never. */
  IDLE_EXIT_SECONDS: z.coerce.number().positive().optional(),
  /** It ends by then, for whoever started it ends it then anyway; absent: never. */
  MAX_RUNTIME_SECONDS: z.coerce.number().positive().optional(),
  /** Where a worker outside of AWS gets its credentials; absent: where the SDK looks. */
  WORKER_CREDENTIALS_URL: z.url().optional(),
  WORKER_TOKEN: z.string().min(1).optional(),
  SCRATCH_DIRECTORY: z.string().min(1).optional(),
  MODEL_CACHE_DIRECTORY: z.string().min(1).optional(),
  FFMPEG_PATH: z.string().min(1).optional(),
  FFPROBE_PATH: z.string().min(1).optional(),
});

/**
 * For each worker's process, wherever it is started (measured in bench/NOTES.md).
 *
 * glibc takes larger blocks from the system and gives them back there. By default its threshold grows with each that is freed, and
 * models that were loaded and closed stay in the arenas of their threads, as chunks of pipes and downloads do in the heap.
 *
 * V8's young generation, which grows with what a process has survived and not with what it needs, stays small: a video of two hours
 * takes no more than one of a minute.
 */
export const memoryEnvironment = {
  MALLOC_MMAP_THRESHOLD_: "65536",
  NODE_OPTIONS: "--max-semi-space-size=8",
} as const;

export const ScaleEnvironment = Places.extend({
  CLUSTER_ARN: z.string().min(1),
  TASK_DEFINITION_ARN: z.string().min(1),
  CAPACITY_PROVIDER: z.string().min(1),
  WORKERS_MAX: z.coerce.number().int().positive(),
  /** After which a worker without work ends. */
  IDLE_EXIT_SECONDS: z.coerce.number().positive(),
  HEARTBEAT_SECONDS: number(limits.heartbeatSeconds),
  LEASE_SECONDS: number(limits.leaseSeconds),
  POWERTOOLS_LOG_LEVEL: LogLevel,
});

/** The worker's container in its task definition: the scaler tells it, and by it its worker, whose it is. */
export const workerContainer = "worker";
/** The `FLEET` of workers that the scaler started. */
export const fleetName = "ecs";

/** What the construct must give to a process with this schema; a forgotten variable does not compile, not even one with a default. */
export type EnvironmentFor<Schema extends z.ZodType> = {
  readonly [Name in keyof z.input<Schema>]-?: string;
};

/** Reads a process's environment, or says which variable is missing or wrong. */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const read = schema.safeParse(environment);
  if (read.success) return read.data;

  const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The environment is not complete:\n  ${faults.join("\n  ")}`);
}
