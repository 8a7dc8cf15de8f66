import type { Cells } from "./cells.ts";
import type { Graph, Value } from "./graph.ts";

/** Boxes and class scores of every anchor, as most heads end in them. */
export interface Head {
  /** B × A × 4 each, in pixels of the input. */
  readonly centreSize: Value;
  readonly corners: Value;
  /** B × A × classes, 0–1. */
  readonly scores: Value;
}

/** Boxes around their cells, some strides wide, so that neighbours overlap; most scores low, some high. */
export function headOf(graph: Graph, cells: Cells, classCount: number): Head {
  const [x, y, width, height] = centreAndSize(graph, cells);
  const half = (value: Value) => graph.multiply(value, 0.5);
  const corners = graph.concat(
    [
      graph.subtract(x, half(width)),
      graph.subtract(y, half(height)),
      graph.add(x, half(width)),
      graph.add(y, half(height)),
    ],
    1,
  );
  const scores = scoresOf(graph, graph.slice(cells.raw, 1, 4, 4 + classCount));
  return {
    centreSize: anchorsFirst(graph, graph.concat([x, y, width, height], 1)),
    corners: anchorsFirst(graph, corners),
    scores: anchorsFirst(graph, scores),
  };
}

/** Four values of B × 1 × A: centre and size in pixels of the input, from the first four channels. */
export function centreAndSize(
  graph: Graph,
  { raw, x, y, stride }: Cells,
): [Value, Value, Value, Value] {
  const part = (at: number) => graph.slice(raw, 1, at, at + 1);
  const moved = (centre: Value, at: number) =>
    graph.add(centre, graph.multiply(graph.multiply(part(at), 0.5), stride));
  const sized = (at: number) =>
    graph.multiply(graph.multiply(graph.exp(graph.multiply(part(at), 0.5)), 2.5), stride);
  return [moved(x, 0), moved(y, 1), sized(2), sized(3)];
}

/** Scores of 0–1 from random numbers. */
export const scoresOf = (graph: Graph, raw: Value): Value =>
  graph.sigmoid(graph.add(graph.multiply(raw, 1.2), -1.5));

/** B × channels × A as B × A × channels. */
export const anchorsFirst = (graph: Graph, value: Value): Value =>
  graph.transpose(value, [0, 2, 1]);

/** B × A × 4 in pixels as the same in parts of the picture. */
export const normalised = (
  graph: Graph,
  boxes: Value,
  { width, height }: { readonly width: number; readonly height: number },
): Value => graph.divide(boxes, graph.floats([width, height, width, height]));

/** The best `count` anchors of each picture: boxes B × count × 4; scores, class ids (int64) and which they are B × count. */
export function bestOf(graph: Graph, { corners, scores }: Head, count: number) {
  const best = graph.one("ReduceMax", [scores], { axes: [2], keepdims: 0 });
  const classIds = graph.one("ArgMax", [scores], { axis: 2, keepdims: 0 });
  const [values, at] = graph.op("TopK", [best, graph.integers([count])], { axis: 1 }, 2) as [
    Value,
    Value,
  ];
  return {
    at,
    boxes: gatherBoxes(graph, corners, at),
    scores: values,
    classIds: graph.one("GatherElements", [classIds, at], { axis: 1 }),
  };
}

/** The boxes (B × N × 4) at the given anchors (B × N). */
export function gatherBoxes(graph: Graph, boxes: Value, at: Value): Value {
  const column = graph.unsqueeze(at, 2);
  return graph.one("GatherElements", [boxes, graph.concat([column, column, column, column], 2)], {
    axis: 1,
  });
}

/** What the operator NonMaxSuppression leaves, per class: batch and class ids (int64) k × 1, boxes k × 4, scores k × 1. */
export function suppressed(graph: Graph, { corners, scores }: Head) {
  const perClass = graph.transpose(scores, [0, 2, 1]);
  const chosen = graph.one("NonMaxSuppression", [
    corners,
    perClass,
    graph.integers([100]),
    graph.floats([0.45]),
    graph.floats([0.25]),
  ]);
  const column = (at: number) => graph.slice(chosen, 1, at, at + 1);
  const [batch, classIds, anchors] = [column(0), column(1), column(2)];
  return {
    batch,
    classIds,
    boxes: graph.one("GatherND", [corners, graph.concat([batch, anchors], 1)]),
    scores: graph.unsqueeze(graph.one("GatherND", [perClass, chosen]), 1),
  };
}

/** k × columns as count × columns, the missing rows zero. */
export function paddedTo(graph: Graph, rows: Value, count: number): Value {
  const cut = graph.slice(rows, 0, 0, count);
  const have = graph.slice(graph.one("Shape", [cut]), 0, 0, 1);
  const missing = graph.subtract(graph.integers([count]), have);
  return graph.one("Pad", [
    cut,
    graph.concat([graph.integers([0, 0]), missing, graph.integers([0])], 0),
  ]);
}
