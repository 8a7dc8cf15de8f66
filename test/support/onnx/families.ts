import type { Family } from "./family.ts";
import { finishedRowsFamilies } from "./families/finished-rows.ts";
import { levelFamilies } from "./families/levels.ts";
import { tensorsApartFamilies } from "./families/tensors-apart.ts";
import { yoloFamilies } from "./families/yolo.ts";

/** One tiny model for each family and each way of exporting it that the worker reads. */
export const families: readonly Family[] = [
  ...yoloFamilies,
  ...finishedRowsFamilies,
  ...tensorsApartFamilies,
  ...levelFamilies,
];
