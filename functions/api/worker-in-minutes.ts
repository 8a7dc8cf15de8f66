import { limits } from "../../contracts/limits.ts";
import type { ScalerRow } from "../../contracts/scaler-row.ts";

/** How long a start takes from the scaler's last look, in whole minutes; undefined where nothing is on its way, or it has not looked lately. */
export function workerInMinutes(row: ScalerRow | undefined, now: number): number | undefined {
  if (!row || row.coming === 0) return undefined;
  if (now - row.lookedAt > limits.countsLagSeconds * 1000) return undefined;
  return Math.ceil((row.bootSeconds ?? limits.workerBootSeconds) / 60);
}
