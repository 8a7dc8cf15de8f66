import type { ModelInput } from "../../../../contracts/model.ts";
import { cellsOf, pictureOf } from "../cells.ts";
import { familyOf, fixtureClasses, fixtureSize, type FamilyRecipe } from "../family.ts";
import type { Graph, Value } from "../graph.ts";
import { anchorsFirst, scoresOf } from "../heads.ts";

const { width, height } = fixtureSize;
const bins = 8;

/** One tensor of B × A × channels for each stride. */
function perLevel(
  graph: Graph,
  input: ModelInput,
  { strides, channels, seed }: { strides: readonly number[]; channels: number; seed: number },
): { readonly raw: Value; readonly stride: number; readonly cells: number }[] {
  const picture = pictureOf(graph, input);
  return strides.map((stride) => ({
    raw: anchorsFirst(
      graph,
      cellsOf(graph, picture, { input, strides: [stride], channels, seed: seed + stride }).raw,
    ),
    stride,
    cells: Math.ceil(width / stride) * Math.ceil(height / stride),
  }));
}

const columns = (graph: Graph, value: Value, from: number, to: number) =>
  graph.slice(value, 2, from, to);

/** NanoDet-Plus: all levels in one tensor, B × A × (classes + 4 × 8), class scores after sigmoid. */
const nanodetPlus: FamilyRecipe["build"] = (graph, input, classCount) => {
  const channels = classCount + 4 * bins;
  const levels = perLevel(graph, input, { strides: [8, 16, 32, 64], channels, seed: 40 });
  const answers = levels.map(({ raw }) =>
    graph.concat(
      [
        scoresOf(graph, columns(graph, raw, 0, classCount)),
        graph.multiply(columns(graph, raw, classCount, channels), 2),
      ],
      2,
    ),
  );
  const anchors = levels.reduce((sum, { cells }) => sum + cells, 0);
  graph.output("output", graph.concat(answers, 1), "float32", [1, anchors, channels]);
};

/** NanoDet before "Plus": scores and distributions of each level in tensors of their own. */
const nanodet: FamilyRecipe["build"] = (graph, input, classCount) => {
  const channels = classCount + 4 * bins;
  const levels = perLevel(graph, input, { strides: [8, 16, 32], channels, seed: 50 });
  for (const { raw, stride, cells } of levels) {
    const scores = scoresOf(graph, columns(graph, raw, 0, classCount));
    graph.output(`cls_pred_stride_${stride}`, scores, "float32", [1, cells, classCount]);
  }
  for (const { raw, stride, cells } of levels) {
    const distances = graph.multiply(columns(graph, raw, classCount, channels), 2);
    graph.output(`dis_pred_stride_${stride}`, distances, "float32", [1, cells, 4 * bins]);
  }
};

const yunet: FamilyRecipe["build"] = (graph, input) => {
  const levels = perLevel(graph, input, { strides: [8, 16, 32], channels: 16, seed: 60 });
  const parts: readonly [string, number, number, (raw: Value) => Value][] = [
    ["cls", 0, 1, (raw) => graph.sigmoid(raw)],
    ["obj", 1, 2, (raw) => graph.sigmoid(raw)],
    ["bbox", 2, 6, (raw) => graph.multiply(raw, 0.7)],
    ["kps", 6, 16, (raw) => raw],
  ];
  for (const [name, from, to, finish] of parts) {
    for (const { raw, stride, cells } of levels) {
      const value = finish(columns(graph, raw, from, to));
      graph.output(`${name}_${stride}`, value, "float32", [1, cells, to - from]);
    }
  }
};

/** SCRFD of InsightFace: two anchors a cell, one after the other, and no dimension for the batch. */
const scrfd: FamilyRecipe["build"] = (graph, input) => {
  const perAnchor = 15;
  const levels = perLevel(graph, input, {
    strides: [8, 16, 32],
    channels: 2 * perAnchor,
    seed: 70,
  });
  const parts: readonly [string, number, number, (raw: Value) => Value][] = [
    ["score", 0, 1, (raw) => graph.sigmoid(graph.add(raw, -1))],
    ["bbox", 1, 5, (raw) => graph.exp(graph.multiply(raw, 0.4))],
    ["kps", 5, 15, (raw) => raw],
  ];
  for (const [name, from, to, finish] of parts) {
    for (const { raw, stride, cells } of levels) {
      const anchors = graph.reshape(raw, [2 * cells, perAnchor]);
      const value = finish(graph.slice(anchors, 1, from, to));
      graph.output(`${name}_${stride}`, value, "float32", [2 * cells, to - from]);
    }
  }
};

const levelNames = (name: string) => [8, 16, 32].map((stride) => `${name}_${stride}`);
const faces = ["face"];

/** Heads whose levels and distributions the reader puts together. */
export const levelFamilies = [
  familyOf({
    id: "nanodet-plus",
    title: "NanoDet-Plus",
    family: "nanodet",
    classes: fixtureClasses,
    input: {
      name: "data",
      channels: "BGR",
      mean: [103.53, 116.28, 123.675],
      std: [57.375, 57.12, 58.395],
      resize: "stretch",
    },
    output: {
      decoder: "nanodet",
      tensors: { predictions: "output" },
      strides: [8, 16, 32, 64],
      centre: "corner",
    },
    post: { iou: 0.6 },
    build: nanodetPlus,
  }),
  familyOf({
    id: "nanodet",
    title: "NanoDet",
    family: "nanodet",
    classes: fixtureClasses,
    input: {
      name: "input.1",
      channels: "BGR",
      mean: [103.53, 116.28, 123.675],
      std: [57.375, 57.12, 58.395],
      pad: 0,
    },
    output: {
      decoder: "nanodet",
      tensors: { scores: levelNames("cls_pred_stride"), distances: levelNames("dis_pred_stride") },
      strides: [8, 16, 32],
      centre: "middle",
    },
    post: { iou: 0.6 },
    build: nanodet,
  }),
  familyOf({
    id: "yunet",
    title: "YuNet faces",
    family: "yunet",
    classes: faces,
    input: { name: "input", channels: "BGR", anchor: "top-left", pad: 0 },
    output: {
      decoder: "yunet",
      tensors: {
        classes: levelNames("cls"),
        objectness: levelNames("obj"),
        boxes: levelNames("bbox"),
      },
    },
    post: { iou: 0.3 },
    build: yunet,
  }),
  familyOf({
    id: "scrfd",
    title: "SCRFD faces",
    family: "scrfd",
    classes: faces,
    input: {
      name: "input.1",
      mean: [127.5, 127.5, 127.5],
      std: [128, 128, 128],
      anchor: "top-left",
      pad: 0,
    },
    output: {
      decoder: "scrfd",
      tensors: { scores: levelNames("score"), boxes: levelNames("bbox") },
    },
    post: { iou: 0.4 },
    build: scrfd,
  }),
];
