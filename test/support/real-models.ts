import { join } from "node:path";

/** Models of others, beside the checkout where somebody put them; never part of it. */
export const realModels = join(import.meta.dirname, "../../../shared/data/models");
