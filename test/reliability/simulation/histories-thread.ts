import { parentPort, workerData } from "node:worker_threads";
import { runHistory } from "./run-history.ts";
import { addTo, emptyTotals } from "./totals.ts";

/** What a thread is given: its share of the seeds is every `stride`-th from `from` to below `to`. */
export interface HistoriesData {
  readonly from: number;
  readonly to: number;
  readonly stride: number;
}

/** Histories between two reports. */
const reportEvery = 500;

const { from, to, stride } = workerData as HistoriesData;
// Thousands of errors are part of each second, and nobody reads where they come from.
Error.stackTraceLimit = 0;

let seed = from;
let report = emptyTotals();
process.on("unhandledRejection", (error) => {
  report.failures.push({ seed, violations: [`a rejection that nobody handled: ${String(error)}`] });
});
for (; seed < to; seed += stride) {
  addTo(report, seed, await runHistory(seed));
  if (report.histories < reportEvery && seed + stride < to) continue;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort!.postMessage(report);
  report = emptyTotals();
}
