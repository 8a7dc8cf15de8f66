import { boxes } from "./boxes.ts";
import { detr } from "./detr.ts";
import { faces } from "./faces.ts";
import { nanodet } from "./nanodet.ts";
import type { Reading, Signature } from "./reading.ts";
import { rows } from "./rows.ts";
import { yoloGrid } from "./yolo-grid.ts";
import { yoloV8 } from "./yolo-v8.ts";
import type { GraphView } from "../view.ts";

const signatures: readonly Signature[] = [faces, nanodet, boxes, detr, rows, yoloV8, yoloGrid];

/** Every way in which the graph's outputs can be understood, the surest first. */
export const readingsOf = (view: GraphView): readonly Reading[] =>
  signatures
    .flatMap((signature) => signature(view))
    .sort((one, other) => other.confidence - one.confidence);
