import type { WorkerConfigurationView } from "../../contracts/api.ts";
import type { WorkerEnvironment } from "../../contracts/environment.ts";
import type { WorkerSecret } from "../../contracts/worker-secret.ts";

type Variable = keyof typeof WorkerEnvironment.shape | "AWS_REGION" | "AWS_ENDPOINT_URL";

export interface WorkerRunFlags {
  readonly require: "any" | "gpu" | "cpu";
  readonly idleExitSeconds: number | undefined;
  readonly runtimeSecondsMax: number | undefined;
}

/** What a worker process is told: everything that the ECS task is, and where its credentials come from. */
export function workerVariables(
  { api, token }: WorkerSecret,
  configuration: WorkerConfigurationView,
  { require, idleExitSeconds, runtimeSecondsMax }: WorkerRunFlags,
): Partial<Record<Variable, string>> {
  const { endpoint_url: endpointUrl } = configuration;
  return {
    AWS_REGION: configuration.region,
    ...(endpointUrl !== undefined && { AWS_ENDPOINT_URL: endpointUrl }),
    JOBS_TABLE: configuration.jobs_table,
    MEDIA_BUCKET: configuration.media_bucket,
    WORK_QUEUE_URL: configuration.work_queue_url,
    LEASE_SECONDS: `${configuration.lease_seconds}`,
    HEARTBEAT_SECONDS: `${configuration.heartbeat_seconds}`,
    SEGMENT_FRAMES: `${configuration.segment_frames}`,
    REQUIRE: require,
    WORKER_CREDENTIALS_URL: `${api.replace(/\/+$/, "")}/v1/worker/credentials`,
    WORKER_TOKEN: token,
    ...(idleExitSeconds !== undefined && { IDLE_EXIT_SECONDS: `${idleExitSeconds}` }),
    ...(runtimeSecondsMax !== undefined && { MAX_RUNTIME_SECONDS: `${runtimeSecondsMax}` }),
  };
}
