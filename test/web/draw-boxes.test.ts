import { expect, test } from "vitest";
import { DetectionTableBuilder } from "../../web/player/detection-table.ts";
import { drawBoxes } from "../../web/player/draw-boxes.ts";

/** A canvas that writes down which boxes (by their left edge) and labels are drawn, and how many points lines have. */
function recorder() {
  const drawn: string[] = [];
  let points = 0;
  const context = {
    measureText: (text: string) => ({ width: text.length * 7 }),
    strokeRect: (x: number) => drawn.push(`box ${x}`),
    fillText: (text: string) => drawn.push(text),
    beginPath: () => (points = 0),
    lineTo: () => points++,
    stroke: () => drawn.push(`line of ${points}`),
    roundRect() {},
    fill() {},
    setLineDash() {},
  };
  return { drawn, context: context as unknown as CanvasRenderingContext2D };
}

const builder = new DetectionTableBuilder();
for (let n = 0; n < 3; n++) {
  const detections = [
    { class_id: 0, label: "car", score: 0.7, box: [10, 100, 60, 150], track_id: 4 },
    { class_id: 1, label: "truck", score: 0.5, box: [11, 100, 60, 150], track_id: 5 },
    { class_id: 0, label: "car", score: 0.2, box: [300, 100, 350, 150], track_id: 6 },
  ] as const;
  builder.add({
    frame_index: n,
    pts: n,
    t: n / 10,
    detections: detections.map(({ box, ...detection }) => ({ ...detection, box: [...box] })),
  });
}

function drawnWith(style: { faint?: boolean; followed?: number }, pointed?: number): string[] {
  const { context, drawn } = recorder();
  drawBoxes(context, {
    table: builder.table(),
    frame: 2,
    filter: { scoreMin: 0.4, hidden: new Set() },
    style: { labels: true, faint: false, followed: 0, ...style },
    ...(pointed !== undefined && { pointed }),
    classes: ["car", "truck"],
    source: { width: 800, height: 400 },
    target: { x: 0, y: 0, width: 800, height: 400 },
  });
  // Each line is drawn twice, dark and in its colour.
  return drawn.filter((what, at) => what !== drawn[at - 1]);
}

test("the best box and its label lie on top, the faint ones below all", () => {
  expect(drawnWith({ faint: true })).toEqual([
    "box 300",
    "box 11",
    "box 10",
    "truck 5 · 50 %",
    "car 4 · 70 %",
  ]);
});

test("a followed object lies on top with its way, and it alone has a label", () => {
  expect(drawnWith({ followed: 5 })).toEqual(["line of 3", "box 10", "box 11", "truck 5 · 50 %"]);
});

test("what is pointed at lies on top, and all keep their labels", () => {
  const secondOfTheFrame = 3 * 2 + 1;

  expect(drawnWith({}, secondOfTheFrame)).toEqual([
    "box 10",
    "box 11",
    "car 4 · 70 %",
    "truck 5 · 50 %",
  ]);
});
