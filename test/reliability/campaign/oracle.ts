import type { JobView } from "../../../contracts/api.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { historyFaults } from "./history-faults.ts";
import type { Digests, Violation } from "./watch.ts";

/** What the client asked for, and what it was answered. */
export interface JobRecord {
  readonly jobId: string;
  readonly clip: string;
  /** The store took the video. */
  uploaded: boolean;
  deleteAsked: boolean;
  cancelsAsked: number;
  /** Dead letters that were made of its messages. */
  deadLetters: number;
  retries: number;
}

/** A job as it is once nothing moves any more. */
export interface FinalJob {
  readonly record: JobRecord;
  /** Absent where the API says that there is no such job. */
  readonly view: JobView | undefined;
  /** Of a completed job: its files' digests, computed from the bytes, and what the manifest says. */
  readonly result?:
    | {
        readonly digests: Digests;
        readonly fence: number;
        readonly run: number;
        readonly completeness: string;
      }
    | undefined;
}

/** Files whose bytes depend on nothing but the video, the model and the settings. */
export const sameBytes = ["detections.ndjson.gz", "timeline.json"] as const;

/** Everything that is wrong with what a campaign left behind. */
export function judge({
  jobs,
  undisturbed,
  keys,
}: {
  readonly jobs: readonly FinalJob[];
  /** Digests of the undisturbed run of each clip. */
  readonly undisturbed: Readonly<Record<string, Digests>>;
  /** Every key of the bucket. */
  readonly keys: readonly string[];
}): Violation[] {
  const gone = new Set(jobs.flatMap(({ record }) => (record.deleteAsked ? [record.jobId] : [])));
  return [
    ...jobs.flatMap((job) =>
      faultsOf(job, undisturbed).map((what) => ({ jobId: job.record.jobId, what })),
    ),
    ...keys.flatMap((key) => keyFault(key, gone)),
  ];
}

/** What is wrong with one job, in sentences. */
export function faultsOf(
  { record, view, result }: FinalJob,
  undisturbed: Readonly<Record<string, Digests>>,
): string[] {
  if (record.deleteAsked) return view ? ["is still there after it was deleted"] : [];
  if (!view) return record.uploaded ? ["is lost: there is no such job"] : [];

  const faults = historyFaults(view, record);
  if (record.uploaded && !isTerminal(view.status)) {
    const why = view.blocked_reason ? `, ${view.blocked_reason.message}` : "";
    faults.push(`is lost: still ${view.status} in run ${view.run}${why}`);
  }
  const cancels = view.history.filter(({ event }) => event === "cancelled").length;
  if (cancels > record.cancelsAsked) faults.push("was cancelled, and nobody had asked for it");
  if (view.status === "completed")
    faults.push(...resultFaults({ record, view, result }, undisturbed));
  return faults;
}

function resultFaults(
  { record, view, result }: FinalJob,
  undisturbed: Readonly<Record<string, Digests>>,
): string[] {
  if (!result) return ["completed, and its result cannot be read"];
  const faults: string[] = [];
  const end = view!.history.findLast(({ event }) => event === "completed");
  if (end?.fence !== result.fence || end.run !== result.run) {
    faults.push(
      `was completed by fence ${end?.fence} and shows the result of fence ${result.fence}`,
    );
  }
  if (result.completeness !== "complete") faults.push(`its result is ${result.completeness}`);
  for (const name of sameBytes) {
    const [is, was] = [result.digests[name], undisturbed[record.clip]?.[name]];
    if (is !== was) faults.push(`${name} of ${record.clip} is ${is}, undisturbed ${was}`);
  }
  return faults;
}

const resultKey = /^results\/([^/]+)\/r\d+\/f\d+\/.+$/;

/** Nothing lies outside a fence's folder, and nothing of a job that was deleted. */
function keyFault(key: string, gone: ReadonlySet<string>): Violation[] {
  const [folder = "", jobId = ""] = key.split("/");
  if (gone.has(jobId)) return [{ jobId, what: `was deleted, and ${key} is still there` }];
  if (folder === "results" && !resultKey.test(key)) {
    return [{ jobId, what: `${key} lies outside the folder of a fence` }];
  }
  return [];
}
