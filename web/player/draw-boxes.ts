import { classColour } from "./colours.ts";
import type { DetectionTable } from "./detection-table.ts";
import { rowsOf } from "./filter.ts";
import type { Filter, Seen } from "./filter.ts";
import type { Rectangle } from "./fit.ts";
import { placeLabels } from "./place-labels.ts";

export interface BoxStyle {
  readonly labels: boolean;
  /** Draw those below the score too, faintly. */
  readonly faint: boolean;
  /** The track that stands out, with the way it came; 0 for none. */
  readonly followed: number;
}

interface Scene {
  readonly table: DetectionTable;
  readonly frame: number;
  readonly filter: Filter;
  readonly style: BoxStyle;
  /** The row of the table that somebody points at, −1 for none. */
  readonly pointed?: number;
  readonly classes: readonly string[];
  /** Pixels of the picture that the boxes are in. */
  readonly source: { readonly width: number; readonly height: number };
  /** Where the picture is on the canvas, in CSS pixels. */
  readonly target: Rectangle;
}

const dark = "rgb(8 10 12 / 0.72)";
const labelHeight = 18;
const labelPadding = 5;
/** Seconds of a followed object's way that are drawn. */
const trailSeconds = 2;

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Where a row's box is on the canvas. */
function placeOf({ table, source, target }: Scene, row: number): Rectangle {
  const [left, top, right, bottom] = table.box.subarray(4 * row, 4 * row + 4);
  const [scaleX, scaleY] = [target.width / source.width, target.height / source.height];
  return {
    x: target.x + left! * scaleX,
    y: target.y + top! * scaleY,
    width: (right! - left!) * scaleX,
    height: (bottom! - top!) * scaleY,
  };
}

/** On a small picture long labels would hide it. */
function labelText({ table, classes, target }: Scene, row: number): string {
  const [classId, track] = [table.classId[row]!, table.trackId[row]!];
  const name = classes[classId] ?? `class ${classId}`;
  if (target.width < 520) return track > 0 ? String(track) : name;
  const named = track > 0 ? `${name} ${track}` : name;
  return target.width < 760 ? named : `${named} · ${Math.round(table.score[row]! * 100)} %`;
}

/** The best come first, so that their labels find room; drawing goes the other way round, and leaves them on top. */
function drawLabels(context: Context, scene: Scene, rows: readonly number[]): void {
  context.font = "600 12px system-ui, sans-serif";
  context.textBaseline = "middle";
  const labels = rows.map((row) => {
    const text = labelText(scene, row);
    const width = context.measureText(text).width + 2 * labelPadding;
    return { row, text, box: placeOf(scene, row), width, height: labelHeight };
  });
  const places = placeLabels(labels, scene.target);
  for (const [at, { row, text }] of [...labels.entries()].toReversed()) {
    const { x, y, width, height } = places[at]!;
    context.fillStyle = classColour(scene.table.classId[row]!);
    context.beginPath();
    context.roundRect(x, y, width, height, 4);
    context.fill();
    context.fillStyle = "#0a0c0e";
    context.fillText(text, x + labelPadding, y + height / 2 + 0.5);
  }
}

/** A dark line under the coloured one keeps it visible on any picture. */
function strokeTwice(context: Context, colour: string, thick: number, stroke: () => void): void {
  context.lineWidth = 2 * thick;
  context.strokeStyle = dark;
  stroke();
  context.lineWidth = thick;
  context.strokeStyle = colour;
  stroke();
}

function drawFaint(context: Context, colour: string, { x, y, width, height }: Rectangle): void {
  context.globalAlpha = 0.55;
  context.setLineDash([3, 4]);
  context.lineWidth = 1.25;
  context.strokeStyle = colour;
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The way that the foot of a followed object's box came. */
function drawTrail(context: Context, scene: Scene, followed: number): void {
  const { table, frame, filter } = scene;
  const way: { readonly x: number; readonly y: number }[] = [];
  let classId = 0;
  for (let at = frame; at >= 0 && table.t[frame]! - table.t[at]! <= trailSeconds; at--) {
    const row = rowsOf(table, at, filter).find((other) => table.trackId[other] === followed);
    if (row === undefined) continue;
    const { x, y, width, height } = placeOf(scene, row);
    way.push({ x: x + width / 2, y: y + height });
    classId = table.classId[row]!;
  }
  if (way.length < 2) return;
  strokeTwice(context, classColour(classId), 2.5, () => {
    context.beginPath();
    for (const { x, y } of way) context.lineTo(x, y);
    context.stroke();
  });
}

/**
 * Draws one frame's boxes. Faint ones come first and the best last, so that none is covered by a worse one. Of a
 * followed object's frame only that one has its label and its way.
 */
export function drawBoxes(context: Context, scene: Scene): void {
  const { table, frame, filter, style, pointed = -1 } = scene;
  if (frame < 0 || frame >= table.frames) return;

  context.lineJoin = "round";
  const colourOf = (row: number) => classColour(table.classId[row]!);
  const standsOut = (row: number) =>
    row === pointed || (style.followed > 0 && table.trackId[row] === style.followed);
  const rows = (wanted: Seen) => rowsOf(table, frame, filter, wanted);

  if (style.faint) {
    for (const row of rows("faint")) drawFaint(context, colourOf(row), placeOf(scene, row));
  }
  if (style.followed > 0) drawTrail(context, scene, style.followed);

  const shown = rows("shown").sort((a, b) => Number(standsOut(b)) - Number(standsOut(a)));
  for (const row of shown.toReversed()) {
    const { x, y, width, height } = placeOf(scene, row);
    const thick = standsOut(row) ? 4 : style.followed > 0 ? 1 : 2;
    strokeTwice(context, colourOf(row), thick, () => context.strokeRect(x, y, width, height));
  }
  if (!style.labels) return;
  drawLabels(context, scene, style.followed > 0 ? shown.filter(standsOut) : shown);
}
