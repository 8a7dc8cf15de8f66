import { existsSync } from "node:fs";
import { join } from "node:path";

const folder =
  process.env["FRAMEQUEUE_DATA"] ??
  join(import.meta.dirname, "..", "..", "..", "..", "shared", "data");

/** Real models, clips and reference detections, which are not part of the repository; undefined where they are absent. */
export const referenceData = existsSync(join(folder, "references")) ? folder : undefined;

if (!referenceData) {
  console.warn(`Skipped: checks against real models and clips. Set FRAMEQUEUE_DATA to have them.`);
}
