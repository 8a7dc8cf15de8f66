import { classColour } from "./colours.ts";
import type { DetectionTable } from "./detection-table.ts";
import { seen } from "./filter.ts";
import type { Filter } from "./filter.ts";
import type { Rectangle } from "./fit.ts";

export interface BoxStyle {
  readonly labels: boolean;
  /** Draw those below the score too, faintly. */
  readonly faint: boolean;
}

interface Scene {
  readonly table: DetectionTable;
  readonly frame: number;
  readonly filter: Filter;
  readonly style: BoxStyle;
  readonly classes: readonly string[];
  /** Pixels of the picture that the boxes are in. */
  readonly source: { readonly width: number; readonly height: number };
  /** Where the picture is on the canvas, in CSS pixels. */
  readonly target: Rectangle;
}

const dark = "rgb(8 10 12 / 0.72)";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function drawLabel(
  context: Context,
  text: string,
  colour: string,
  left: number,
  top: number,
  { x, y, width }: Rectangle,
): void {
  const [high, padding] = [18, 5];
  const wide = context.measureText(text).width + 2 * padding;
  const atX = Math.max(x, Math.min(left - 1, x + width - wide));
  const atY = top - high >= y ? top - high : top;
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(atX, atY, wide, high, 4);
  context.fill();
  context.fillStyle = "#0a0c0e";
  context.fillText(text, atX + padding, atY + high / 2 + 0.5);
}

/** On a small picture long labels would hide it. */
function labelText(name: string, track: number, score: number, pictureWidth: number): string {
  if (pictureWidth < 520) return track > 0 ? String(track) : name;
  const named = track > 0 ? `${name} ${track}` : name;
  return pictureWidth < 760 ? named : `${named} · ${Math.round(score * 100)} %`;
}

/** Draws one frame's boxes; faint ones first, so that they never cover the others. */
export function drawBoxes(context: Context, scene: Scene): void {
  const { table, frame, filter, style, classes, source, target } = scene;
  if (frame < 0 || frame >= table.frames) return;

  const scaleX = target.width / source.width;
  const scaleY = target.height / source.height;
  context.font = "600 12px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.lineJoin = "round";

  for (const wanted of style.faint ? (["faint", "shown"] as const) : (["shown"] as const)) {
    for (let row = table.first[frame]!; row < table.first[frame + 1]!; row++) {
      if (seen(table, row, filter) !== wanted) continue;

      const classId = table.classId[row]!;
      const colour = classColour(classId);
      const left = target.x + table.box[4 * row]! * scaleX;
      const top = target.y + table.box[4 * row + 1]! * scaleY;
      const width = (table.box[4 * row + 2]! - table.box[4 * row]!) * scaleX;
      const height = (table.box[4 * row + 3]! - table.box[4 * row + 1]!) * scaleY;

      if (wanted === "faint") {
        context.globalAlpha = 0.55;
        context.setLineDash([3, 4]);
        context.lineWidth = 1.25;
        context.strokeStyle = colour;
        context.strokeRect(left, top, width, height);
        context.setLineDash([]);
        context.globalAlpha = 1;
        continue;
      }

      // A dark line under the coloured one keeps it visible on any picture.
      context.lineWidth = 4;
      context.strokeStyle = dark;
      context.strokeRect(left, top, width, height);
      context.lineWidth = 2;
      context.strokeStyle = colour;
      context.strokeRect(left, top, width, height);
      if (!style.labels) continue;

      const name = classes[classId] ?? `class ${classId}`;
      const text = labelText(name, table.trackId[row]!, table.score[row]!, target.width);
      drawLabel(context, text, colour, left, top, target);
    }
  }
}
