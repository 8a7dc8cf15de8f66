// What a short job costs a warm worker beside its frames: npm run bench:latency -- [--against CHECKOUT] [--rounds N] [--frames N]
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { printTable } from "./table.ts";
import { median } from "./worker/figures.ts";
import { openStack, type WholeRun } from "./worker/stack.ts";
import { clipsIn, subjectsIn } from "./worker/subjects.ts";

const { values } = parseArgs({
  options: {
    /** Another checkout, whose worker takes turns with this one's. */
    against: { type: "string" },
    rounds: { type: "string", default: "9" },
    frames: { type: "string", default: "60" },
  },
});
const here = join(import.meta.dirname, "..");
const checkouts = values.against === undefined ? [here] : [values.against, here];
const firstFrameMax = 300;

const folder = mkdtempSync(join(tmpdir(), "framequeue-latency-"));
const { ffmpeg } = await findTools({ environment: process.env });
const [subject] = subjectsIn(folder, "cpu");
const clip = clipsIn(folder, ffmpeg, Number(values.frames))[0]!;

const stages = ["fetch", "probe", "detect", "publish"] as const;
const runs: WholeRun[][] = checkouts.map(() => []);
const loads: number[] = [];
{
  await using stacks = new AsyncDisposableStack();
  const opened = [];
  for (const root of checkouts) {
    const stack = stacks.use(await openStack({ root }));
    const pipeline = await stack.add(subject);
    // The first loads the model and shares out the cores, the second runs what the first compiled.
    for (let warming = 0; warming < 2; warming++) await stack.run(clip, pipeline);
    opened.push(() => stack.run(clip, pipeline));
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [at, run] of opened.entries()) {
      runs[at]!.push(await run());
      loads.push(loadavg()[0]!);
    }
  }
}
rmSync(folder, { recursive: true });

const milliseconds = (of: readonly WholeRun[], value: (run: WholeRun) => number) =>
  median(of.map(value)).toFixed(0);
const rows = runs.map((of, at) => [
  runs.length > 1 && at === 0 ? "the other checkout" : "this checkout",
  milliseconds(of, ({ firstFrameMilliseconds }) => firstFrameMilliseconds),
  Math.min(...of.map(({ firstFrameMilliseconds }) => firstFrameMilliseconds)).toFixed(0),
  ...stages.map((stage) =>
    milliseconds(of, (run) => (run.stages[`${stage}_seconds`] ?? NaN) * 1000),
  ),
  milliseconds(of, ({ seconds }) => seconds * 1000),
]);
printTable(
  `A job of ${values.frames} frames, ${subject.title}, ${clip.title}: medians of ${values.rounds}, ms from the claim`,
  ["", "first frame", "at best", ...stages, "in all"],
  rows,
);
console.log(
  `\n${availableParallelism()} cores, load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}, ffmpeg ${ffmpeg.version}`,
);
if (runs.length > 1) {
  const ratio = (value: (run: WholeRun) => number) =>
    median(runs[1]!.map((run, round) => value(run) / value(runs[0]![round]!))).toFixed(2);
  console.log(
    `This to the other, by rounds: first frame ${ratio((run) => run.firstFrameMilliseconds)}, in all ${ratio((run) => run.seconds)}`,
  );
}
const first = median(runs.at(-1)!.map(({ firstFrameMilliseconds }) => firstFrameMilliseconds));
if (first > firstFrameMax) {
  console.log(`MISSED  the first frame after ${first.toFixed(0)} ms, the bar is ${firstFrameMax}`);
}
process.exit(first > firstFrameMax ? 1 : 0);
