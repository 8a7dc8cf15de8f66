import { runtimeSession } from "./aws/sts/runtime-session.ts";
import type { Credentials } from "./lambda/function-environment.ts";
import { awsEnvironment } from "./lambda/function-environment.ts";
import type { ContainerFacts } from "./template/containers.ts";
import type { Place } from "./template/place.ts";

/** What a host may add to the task definition's environment: where its programs and its room are. */
const hostVariables = [
  "DETECTOR_THREADS",
  "FFMPEG_PATH",
  "FFPROBE_PATH",
  "MODEL_CACHE_DIRECTORY",
] as const;

/** What every process needs to find programs and folders at all. */
const processVariables = ["HOME", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"];

/**
 * The container's environment as the template states it, and what ECS and the host add; `credentials` are the machine's
 * own, of which those of the task's role are derived.
 */
export function workerEnvironment(
  container: ContainerFacts,
  place: Place,
  credentials: Credentials,
  host: NodeJS.ProcessEnv,
): Record<string, string> {
  return {
    ...picked(host, hostVariables),
    ...container.environment,
    ...awsEnvironment(place, runtimeSession(container, credentials)),
  };
}

/** The variables of this process that are about the machine and not about the system. */
export const machineEnvironment = (host: NodeJS.ProcessEnv): Record<string, string> =>
  picked(host, processVariables);

function picked(host: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = host[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
