import { cocoText } from "./coco.ts";
import { csvText } from "./csv.ts";
import { cvatText } from "./cvat.ts";
import type { ExportFormat } from "./export-format.ts";
import { labelStudioText } from "./label-studio.ts";
import { motPieces } from "./mot.ts";
import { yoloPieces } from "./yolo.ts";

/** The formats of other programs that a result can be written in. */
export const exportFormats = {
  coco: { title: "COCO", suffix: ".coco.json", text: cocoText },
  yolo: { title: "YOLO", suffix: "-yolo", pieces: yoloPieces },
  mot: { title: "MOTChallenge", suffix: "-mot", pieces: motPieces, tracksOnly: true },
  cvat: { title: "CVAT", suffix: ".cvat.xml", text: cvatText },
  "label-studio": { title: "Label Studio", suffix: ".label-studio.json", text: labelStudioText },
  csv: { title: "CSV", suffix: ".csv", text: csvText },
} as const satisfies Record<string, ExportFormat>;

export type ExportName = keyof typeof exportFormats;
export const exportNames = Object.keys(exportFormats) as ExportName[];
