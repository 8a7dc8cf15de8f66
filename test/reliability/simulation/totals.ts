import type { HistoryOutcome } from "./run-history.ts";

/** What many histories came to. */
export interface Totals {
  histories: number;
  events: number;
  /** Virtual milliseconds. */
  elapsed: number;
  readonly counts: Record<string, number>;
  readonly failures: { readonly seed: number; readonly violations: readonly string[] }[];
}

export const emptyTotals = (): Totals => ({
  histories: 0,
  events: 0,
  elapsed: 0,
  counts: {},
  failures: [],
});

/** Counts one history. */
export function addTo(totals: Totals, seed: number, outcome: HistoryOutcome): void {
  totals.histories++;
  totals.events += outcome.events;
  totals.elapsed += outcome.elapsed;
  addCounts(totals.counts, outcome.counts);
  const { violations } = outcome;
  if (violations.length > 0) totals.failures.push({ seed, violations });
}

/** Counts what another thread has counted. */
export function addTotals(totals: Totals, other: Totals): void {
  totals.histories += other.histories;
  totals.events += other.events;
  totals.elapsed += other.elapsed;
  addCounts(totals.counts, other.counts);
  totals.failures.push(...other.failures);
}

function addCounts(counts: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [what, count] of Object.entries(more)) counts[what] = (counts[what] ?? 0) + count;
}
