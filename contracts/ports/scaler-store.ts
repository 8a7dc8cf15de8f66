import type { ScalerRow } from "../scaler-row.ts";

/** The scaler's one row. */
export interface ScalerStore {
  find(): Promise<ScalerRow | undefined>;
  /** Stores it in place of the version before it; false where somebody else has been faster. */
  replace(row: ScalerRow): Promise<boolean>;
}
