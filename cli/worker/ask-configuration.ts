import { WorkerConfigurationView } from "../../contracts/api.ts";
import { limits } from "../../contracts/limits.ts";
import type { WorkerSecret } from "../../contracts/worker-secret.ts";
import { CommandError } from "../faults.ts";

/** Asks the API where a worker finds everything; throws what a person can do when it refuses or is not there. */
export async function askConfiguration(
  { api, token }: WorkerSecret,
  signal: AbortSignal,
): Promise<WorkerConfigurationView> {
  const url = `${api.replace(/\/+$/, "")}/v1/worker/configuration`;
  let answer: Response;
  try {
    answer = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(limits.workerApiSeconds * 1000)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError(`The API at ${api} cannot be reached.`, { cause: error });
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new CommandError("The API refuses this worker's token (TOKEN_REVOKED).", {
      hint: "It was revoked, or is of another system; make one with `framequeue worker token create`.",
    });
  }
  const read = WorkerConfigurationView.safeParse(await answer.json().catch(() => undefined));
  if (answer.ok && read.success) return read.data;
  throw new CommandError(`The API at ${api} answered ${answer.status} without a configuration.`);
}
