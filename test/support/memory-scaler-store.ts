import type { ScalerStore } from "../../contracts/ports/scaler-store.ts";
import type { ScalerRow } from "../../contracts/scaler-row.ts";

/** The scaler store's second implementation. */
export function memoryScalerStore(): ScalerStore {
  let stored: ScalerRow | undefined;
  return {
    find: async () => structuredClone(stored),
    async replace(row) {
      if (stored && stored.version !== row.version - 1) return false;
      stored = structuredClone(row);
      return true;
    },
  };
}
