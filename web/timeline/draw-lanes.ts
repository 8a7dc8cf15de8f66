import { classColour } from "../player/colours.ts";
import { columnsOf } from "./lanes.ts";

interface Scene {
  readonly lanes: readonly { readonly classId: number; readonly perFrame: Float32Array }[];
  readonly hidden: ReadonlySet<number>;
  /** Where the first bin begins, how long each is, and how long the video is. */
  readonly startSeconds: number;
  readonly binSeconds: number;
  readonly durationSeconds: number;
  readonly atSeconds: number;
  readonly hoverSeconds: number | null;
}

const columnPixels = 2;

/** Draws each class as a row of bars on its own scale, and the place of the picture as a line through all. */
export function drawLanes(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext("2d");
  if (context === null) return;

  const ratio = devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);

  const { lanes, hidden, startSeconds, binSeconds, durationSeconds } = scene;
  const pixelsPerSecond = width / durationSeconds;
  const laneHeight = height / Math.max(1, lanes.length);

  for (const [index, { classId, perFrame }] of lanes.entries()) {
    const floor = (index + 1) * laneHeight - 4;
    context.fillStyle = "rgb(255 255 255 / 0.09)";
    context.fillRect(0, floor, width, 1);
    if (hidden.has(classId) || perFrame.length === 0) continue;

    const left = startSeconds * pixelsPerSecond;
    const span = perFrame.length * binSeconds * pixelsPerSecond;
    const columns = columnsOf(perFrame, Math.max(1, Math.floor(span / columnPixels)));
    let highest = 0.01;
    for (const value of columns) highest = Math.max(highest, value);

    // One outline, so that neighbours meet without a seam on any screen.
    const columnWidth = span / columns.length;
    context.beginPath();
    context.moveTo(left, floor);
    for (const [column, value] of columns.entries()) {
      const bar = value === 0 ? 0 : Math.max(2, (value / highest) * (laneHeight - 10));
      context.lineTo(left + column * columnWidth, floor - bar);
      context.lineTo(left + (column + 1) * columnWidth, floor - bar);
    }
    context.lineTo(left + span, floor);
    context.closePath();
    context.fillStyle = classColour(classId);
    context.globalAlpha = 0.5;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.25;
    context.strokeStyle = classColour(classId);
    context.stroke();
  }

  const line = (seconds: number, colour: string, thick: number) => {
    context.fillStyle = colour;
    context.fillRect(Math.min(width - thick, seconds * pixelsPerSecond), 0, thick, height);
  };
  if (scene.hoverSeconds !== null) line(scene.hoverSeconds, "rgb(255 255 255 / 0.45)", 1);
  line(scene.atSeconds, "#fff", 2);
}
