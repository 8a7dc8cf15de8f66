import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { eventually, startSystem } from "../../test/support/system.ts";
import type { MeteredCall } from "./meter.ts";

/** What the protocol took of one worker's time, and of DynamoDB. */
export interface Cost {
  /** From the first message to the last acknowledgement. */
  readonly seconds: number;
  readonly segments: number;
  /** The worker waits for the protocol: around each claim, and around each commit. */
  readonly waitedSeconds: number;
  readonly writeUnitsPerMinute: number;
  /** What was written how often, for so many units. */
  readonly writes: ReadonlyMap<string, { readonly count: number; readonly units: number }>;
}

const meterPath = pathToFileURL(join(import.meta.dirname, "meter.ts")).href;

/** Lets one metered worker do a video in segments, on the stack that `npm start` runs, with the deployment's own lease. */
export async function costOf(
  video: Uint8Array<ArrayBuffer>,
  { segmentFrames, folder }: { segmentFrames: number; folder: string },
): Promise<Cost> {
  const system = await startSystem({ workers: 0, context: { segmentFrames } });
  const file = join(folder, "calls.json");
  try {
    const worker = system.startWorker({
      NODE_OPTIONS: `--import ${meterPath}`,
      METER_FILE: file,
    });
    const jobId = await system.client.upload({ filename: "long.mp4", bytes: video });
    const job = await system.client.ended(jobId, 2400);
    if (job.status !== "completed") throw new Error(`The job ${JSON.stringify(job.error)}`);
    worker.kill("SIGTERM");
    await eventually(async () => worker.exitCode !== null, {
      withinSeconds: 30,
      what: "the worker exits",
    });
    const calls = JSON.parse(readFileSync(file, "utf8")) as MeteredCall[];
    return { segments: job.segments?.total ?? 1, ...sumsOf(calls) };
  } finally {
    await system.stop();
  }
}

function sumsOf(unsorted: readonly MeteredCall[]): Omit<Cost, "segments"> {
  const calls = unsorted.toSorted((a, b) => a.from - b.from);
  const received = calls.filter(({ detail }) => detail === "message").map(({ to }) => to);
  const deleted = calls
    .filter(({ command }) => command === "DeleteMessageCommand")
    .map(({ to }) => to);
  const [from, to] = [received[0]!, deleted.at(-1)!];
  let waited = 0;
  for (const at of received) {
    const claim = calls.findIndex(
      ({ command, detail, from: began }) =>
        command === "UpdateCommand" && began >= at && detail.startsWith("pending running running"),
    );
    if (claim === -1) continue;
    // The heartbeat that shows the work is waited for, too.
    const shown = calls.slice(claim).find(({ command }) => command === "PutCommand");
    const isNext = shown && shown.from - calls[claim]!.to < 5;
    waited += (isNext ? shown : calls[claim]!).to - at;
    const end = deleted.find((each) => each > at);
    const commit = calls.findLast(
      ({ command, detail, from: began }) =>
        command === "UpdateCommand" &&
        / completed$|detect due-/.test(detail) &&
        began >= at &&
        began < (end ?? 0),
    );
    // The last segment's message leads on to the join, which is work.
    const next = calls.find(
      ({ detail, from: began }) =>
        detail.startsWith("pending running running") && began > (commit?.from ?? Infinity),
    );
    if (commit && end) waited += Math.min(end, next?.from ?? end) - commit.from;
  }
  const units = calls.filter((call) => call.from >= from && call.to <= to);
  const writeUnits = units.reduce((sum, call) => sum + call.writeUnits, 0);
  const seconds = (to - from) / 1000;
  const writes = new Map<string, { count: number; units: number }>();
  for (const { command, detail, writeUnits } of units.filter((call) => call.writeUnits > 0)) {
    const what = `${command.replace("Command", "")} ${detail.split(" ").slice(0, 2).join(" ")}`;
    const kept = writes.get(what) ?? { count: 0, units: 0 };
    writes.set(what, { count: kept.count + 1, units: kept.units + writeUnits });
  }
  return {
    writes,
    seconds,
    waitedSeconds: waited / 1000,
    writeUnitsPerMinute: (writeUnits / seconds) * 60,
  };
}
