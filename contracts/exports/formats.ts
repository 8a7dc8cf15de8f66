import { cocoText } from "./coco.ts";
import { csvText } from "./csv.ts";
import { cvatText } from "./cvat.ts";
import type { ExportFormat } from "./export-format.ts";
import { labelStudioText } from "./label-studio.ts";
import { motPieces } from "./mot.ts";
import { yoloPieces } from "./yolo.ts";

/** The formats of other programs that a result can be written in. */
export const exportFormats = {
  coco: { suffix: ".coco.json", text: cocoText },
  yolo: { suffix: "-yolo", pieces: yoloPieces },
  mot: { suffix: "-mot", pieces: motPieces, tracksOnly: true },
  cvat: { suffix: ".cvat.xml", text: cvatText },
  "label-studio": { suffix: ".label-studio.json", text: labelStudioText },
  csv: { suffix: ".csv", text: csvText },
} as const satisfies Record<string, ExportFormat>;

export type ExportName = keyof typeof exportFormats;
export const exportNames = Object.keys(exportFormats) as ExportName[];
