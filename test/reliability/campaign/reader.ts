import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { JobListView, JobView, ResultsView } from "../../../contracts/api.ts";
import { ResultManifest } from "../../../contracts/artifact.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import type { Load } from "./load.ts";
import type { FinalJob } from "./oracle.ts";
import { ApiRefusal, type Call } from "./patient-client.ts";
import type { Digests, Watch } from "./watch.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** One job as the API shows it; undefined where there is none. */
export async function readJob(call: Call, jobId: string): Promise<JobView | undefined> {
  try {
    return (await call<JobView>("GET", `/v1/jobs/${jobId}`)).answer;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return undefined;
    throw error;
  }
}

/** A job's result: every file is fetched and its bytes are digested. Undefined where the job shows none by now. */
export async function readResult(
  call: Call,
  jobId: string,
): Promise<NonNullable<FinalJob["result"]> | undefined> {
  let results: ResultsView;
  try {
    results = (await call<ResultsView>("GET", `/v1/jobs/${jobId}/results`)).answer;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status < 500) return undefined;
    throw error;
  }
  const files = await Promise.all(
    [results.manifest, ...results.artifacts].map(async ({ name, url }) => {
      const response = await fetch(url);
      const bytes = response.ok
        ? new Uint8Array(await response.arrayBuffer())
        : Buffer.from(`status ${response.status}`);
      return { name, bytes };
    }),
  );
  const digests: Digests = Object.fromEntries(
    files.map(({ name, bytes }) => [name, sha256(bytes)]),
  );
  const promised: Digests = Object.fromEntries(
    [results.manifest, ...results.artifacts].map((entry) => [entry.name, entry.sha256]),
  );
  if (JSON.stringify(digests) !== JSON.stringify(promised)) {
    throw new Error(`${jobId}: the files are not those of the manifest.`);
  }
  const manifest = ResultManifest.parse(JSON.parse(Buffer.from(files[0]!.bytes).toString()));
  const { completeness } = manifest.summary;
  return { digests, fence: manifest.fence, run: manifest.run, completeness };
}

const lookMilliseconds = 150;
/** Every so many looks at single jobs there is one at the list, and one at a result that was seen before. */
const looksPerList = 15;
const looksPerResult = 8;

/** Somebody who looks at lists, jobs and results all along, and tells the load of what ended. */
export function startReader({
  call,
  load,
  watch,
  random,
  onLook,
}: {
  readonly call: Call;
  readonly load: Load;
  readonly watch: Watch;
  /** Told of each job that is seen, with its result where it has one, before anybody asks for another run. */
  readonly onLook: (view: JobView, result: FinalJob["result"]) => void;
  readonly random: () => number;
}) {
  const completed: string[] = [];
  let looks = 0;
  const stopped = new AbortController();

  async function lookAtResult(jobId: string): Promise<FinalJob["result"]> {
    try {
      const result = await readResult(call, jobId);
      if (result) watch.sawResult(jobId, result.run, result.digests);
      return result;
    } catch (error) {
      if (load.records.get(jobId)?.deleteAsked) return undefined;
      watch.violations.push({ jobId, what: `its result cannot be read: ${String(error)}` });
      return undefined;
    }
  }

  async function lookAt(jobId: string): Promise<void> {
    const view = await readJob(call, jobId);
    if (!view) {
      if (!load.records.get(jobId)?.deleteAsked) {
        watch.violations.push({ jobId, what: "is gone, and nobody had deleted it" });
      }
      return;
    }
    watch.saw(view);
    if (view.status === "completed") completed.push(jobId);
    onLook(view, view.status === "completed" ? await lookAtResult(jobId) : undefined);
    if (isTerminal(view.status)) await load.ended(view);
  }

  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        for (const jobId of load.open) {
          await lookAt(jobId);
          looks++;
          if (looks % looksPerList === 0) {
            const { answer } = await call<JobListView>("GET", "/v1/jobs?limit=20");
            for (const view of answer.jobs) watch.listed(view);
          }
          if (looks % looksPerResult === 0 && completed.length > 0) {
            const jobId = completed[Math.floor(random() * completed.length)]!;
            const view = await readJob(call, jobId);
            if (view) watch.saw(view);
            if (view) await lookAtResult(jobId);
          }
          await sleep(lookMilliseconds);
          if (stopped.signal.aborted) break;
        }
      } catch (error) {
        load.complaints.push(`reader: ${String(error)}`);
      }
      await sleep(lookMilliseconds);
    }
  }
  const running = loop();

  return {
    looks: () => looks,
    async stop(): Promise<void> {
      stopped.abort();
      await running;
    },
  };
}
