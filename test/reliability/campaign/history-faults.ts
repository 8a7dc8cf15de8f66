import type { JobView } from "../../../contracts/api.ts";
import { limits } from "../../../contracts/limits.ts";

type Entry = JobView["history"][number];

const endings = ["completed", "failed", "cancelled", "expired"] as const;
/** What only the holder of the job may write of itself. */
const ofTheHolder = ["planned", "released", "attempt_failed"] as const;

const includes = (words: readonly string[], word: string): boolean => words.includes(word);

/** Errors that the proxy's faults, a stopped worker or a busy machine explain. */
const explained =
  /time ?out|timed out|ECONN|EPIPE|socket|hang up|aborted|Internal(Server)?(Error|Failure)|Unavailable|SlowDown|Throttl|Throughput|fault that was asked for|ended early|premature|terminated|UnknownError|Deserialization|JSON input|no frame for|nothing advanced|nothing came/i;

/** What is wrong with a job's history by itself: who wrote without holding the job, which run ended twice, which error nothing explains. */
export function historyFaults(
  { history }: Pick<JobView, "history">,
  { deadLetters }: { readonly deadLetters: number },
): string[] {
  const faults: string[] = [];
  const endedRuns = new Map<number, string>();
  let holder: number | undefined;
  let charged = 0;

  for (const entry of history) {
    const { event, run, fence } = entry;
    if (event === "attempt_failed" && !explained.test(`${entry.code} ${entry.message}`)) {
      faults.push(`${said(entry)} for no reason of ours: ${entry.code}: ${entry.message}`);
    }
    if (event === "failed") faults.push(...failureFaults(entry, charged, deadLetters));
    // Of segments the API tells only what went wrong, not who held them.
    if (entry.segment !== undefined) continue;

    const isOfTheHolder = includes([...ofTheHolder, ...endings], event);
    if (isOfTheHolder && entry.worker_id !== null && fence !== holder) {
      faults.push(`${said(entry)}, which did not hold the job`);
    }
    if (includes(endings, event)) {
      const before = endedRuns.get(run);
      if (before) faults.push(`run ${run} ended twice: ${before}, then ${event}`);
      endedRuns.set(run, event);
    }

    if (event === "claimed") {
      holder = fence;
      charged++;
    } else if (event !== "cancel_requested") holder = undefined;
    if (event === "released") charged--;
    if (event === "retried") charged = 0;
  }
  return faults;
}

/** A job may only fail where each of its attempts was taken from it, or its messages were made dead letters. */
function failureFaults(
  { run, code, message, segment }: Entry,
  charged: number,
  deadLetters: number,
): string[] {
  // Two of them are a verdict; one that is delivered twice is not.
  if (code === "DEAD_LETTERED" && deadLetters > 1) return [];
  if (code !== "ATTEMPTS_EXHAUSTED") return [`run ${run} failed with ${code}: ${message}`];
  const isOfSegment = segment !== undefined || message?.startsWith("Segment ");
  return charged < limits.attemptsMax && !isOfSegment
    ? [`run ${run} failed as exhausted after ${charged} attempts`]
    : [];
}

const said = ({ event, run, fence, worker_id }: Entry): string =>
  `${event} in run ${run} by ${worker_id} with fence ${fence}`;
