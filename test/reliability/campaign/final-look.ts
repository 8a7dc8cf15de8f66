import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../../gpu-worker/scratch.ts";
import type { Load } from "./load.ts";
import { judge, type FinalJob } from "./oracle.ts";
import { readJob, readResult } from "./reader.ts";
import type { Stage } from "./stage.ts";
import type { Digests, Violation } from "./watch.ts";

/** What was deleted is removed by and by, within this. */
const removalSecondsMax = 60;
const pauseMilliseconds = 2000;

/** Reads every job, result and object once nothing moves any more, and judges them. */
export async function finalLook(
  { call, bucket, scratch }: Stage,
  load: Load,
  undisturbed: Readonly<Record<string, Digests>>,
): Promise<{ jobs: FinalJob[]; violations: Violation[] }> {
  const until = performance.now() + removalSecondsMax * 1000;
  for (;;) {
    const jobs: FinalJob[] = [];
    for (const record of load.records.values()) jobs.push(await finalJob(record));
    const keys: string[] = [];
    for await (const { key } of bucket.list("")) keys.push(key);
    const violations = judge({ jobs, undisturbed, keys });

    const waits = violations.some(({ what }) => what.includes("was deleted"));
    if (!waits || performance.now() > until) {
      return { jobs, violations: [...violations, ...scratchLeft(scratch)] };
    }
    await sleep(pauseMilliseconds);
  }

  async function finalJob(record: FinalJob["record"]): Promise<FinalJob> {
    const view = await readJob(call, record.jobId);
    const result =
      view?.status === "completed"
        ? await readResult(call, record.jobId).catch(() => undefined)
        : undefined;
    return { record, view, ...(result && { result }) };
  }
}

/** Folders of workers that died, which each worker that starts removes. */
const scratchLeft = (scratch: string): Violation[] =>
  readdirSync(scratch)
    .filter((name) => !isAlive(Number(name.replace("worker-", ""))))
    .map((name) => ({ jobId: "-", what: `the scratch folder ${name} of a dead worker is left` }));
