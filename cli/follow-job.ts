import type { JobView } from "../contracts/api.ts";
import { watchJob } from "./client/watch.ts";
import { exitCodes } from "./exit-codes.ts";
import { TimedOut } from "./faults.ts";
import { jobProgress } from "./job-words.ts";
import type { Session, System } from "./session.ts";

/** Shows how the job goes on until it has ended. Stopping to watch leaves the job running, and says so. */
export async function followJob(
  { output, commandName, signal }: Session,
  { client }: Pick<System, "client">,
  jobId: string,
  { timeoutSeconds }: { readonly timeoutSeconds?: number | undefined } = {},
): Promise<JobView> {
  const timeout =
    timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
  let last: JobView | undefined;
  try {
    const looks = watchJob(client, jobId, {
      signal: timeout ? AbortSignal.any([signal, timeout]) : signal,
      onTrouble: ({ title }) => output.progress.show({ label: `${title}; trying again` }),
    });
    for await (last of looks) output.progress.show(jobProgress(last));
  } catch (error) {
    if (!signal.aborted && !timeout?.aborted) throw error;
    output.words("The job goes on. Watch it again:", `  ${commandName} jobs watch ${jobId}`);
    if (signal.aborted) throw error;
    throw new TimedOut(`Job ${jobId} has not ended within ${timeoutSeconds} s.`, { cause: error });
  } finally {
    output.progress.end();
  }
  return last!;
}

/** The exit code that says how a job has ended. */
export function exitCodeOf({ status }: JobView): number {
  if (status === "failed" || status === "expired") return exitCodes.jobFailed;
  return status === "cancelled" ? exitCodes.cancelled : exitCodes.ok;
}
