import { setTimeout as sleep } from "node:timers/promises";
import type { Load } from "./load.ts";
import { readJob, readResult } from "./reader.ts";
import type { Stage } from "./stage.ts";
import type { Digests } from "./watch.ts";

const pauseMilliseconds = 200;

/** What each clip comes to when one worker does it and nobody disturbs: digests by the clip's name. */
export async function undisturbedRun(
  { call, fleet }: Stage,
  load: Load,
): Promise<Readonly<Record<string, Digests>>> {
  const { child } = fleet.start();
  const undisturbed: Record<string, Digests> = {};
  for (const clip of load.clips) {
    const { jobId } = await load.upload(clip);
    let view = await readJob(call, jobId);
    while (view?.status !== "completed") {
      if (view?.status === "failed") throw new Error(`${clip.name}: ${view.error?.message}`);
      await sleep(pauseMilliseconds);
      view = await readJob(call, jobId);
    }
    undisturbed[clip.name] = (await readResult(call, jobId))!.digests;
  }
  child.kill("SIGKILL");
  return undisturbed;
}
