import { expect, test } from "vitest";
import { readingsOf } from "../../../../models/inspect/signatures/all-signatures.ts";
import { pixelsBy } from "../../../../models/inspect/signatures/reading.ts";
import type { GraphView } from "../../../../models/inspect/view.ts";
import { emptyModel, viewOf } from "../../../support/model-views.ts";

const trio = [
  { name: "labels", dims: [1, 300], type: "int64" as const },
  { name: "boxes", dims: [1, 300, 4] },
  { name: "scores", dims: [1, 300] },
];
const size = { name: "orig_target_sizes", value: "size-wh" as const, dtype: "int64" as const };

test("DEIM whose first layer is a transformer's patches is a question: ImageNet or not", () => {
  const view = (kernel: number) =>
    viewOf(trio, { extras: [size], range: { range: "scaled", kernel } });

  const [convolution] = readingsOf(view(3));
  const [transformer] = readingsOf(view(16));

  expect(convolution?.pixels).toMatchObject({ name: "rgb-unit" });
  expect(convolution?.pixels.confidence).toBeGreaterThanOrEqual(0.9);
  expect(transformer?.pixels).toMatchObject({ name: "rgb-imagenet" });
  expect(transformer?.pixels.confidence).toBeLessThan(0.9);
});

test("TensorFlow's raw boxes and scores are not its detections, whatever stands first", () => {
  const outputs = [
    { name: "raw_detection_boxes:0", dims: [1, 1917, 4] },
    { name: "raw_detection_scores:0", dims: [1, 1917, 91] },
    { name: "num_detections:0", dims: [1] },
    { name: "detection_scores:0", dims: [1, 100] },
    { name: "detection_boxes:0", dims: [1, 100, 4] },
    { name: "detection_classes:0", dims: [1, 100] },
  ];

  expect(readingsOf(viewOf(outputs))[0]).toMatchObject({
    family: "tensorflow-detection",
    output: {
      tensors: {
        boxes: "detection_boxes:0",
        scores: "detection_scores:0",
        classes: "detection_classes:0",
        count: "num_detections:0",
      },
    },
  });
});

test("labels of floats and three dimensions are RF-DETR's, whole ones MMDeploy's", () => {
  const rfDetr = readingsOf(
    viewOf([
      { name: "dets", dims: [1, 300, 4] },
      { name: "labels", dims: [1, 300, 91] },
    ]),
  );
  const [mmdeploy, otx] = ["dets", "boxes"].map((name) =>
    readingsOf(
      viewOf([
        { name, dims: [1, 100, 5] },
        { name: "labels", dims: [1, 100], type: "int64" },
      ]),
    ),
  );

  expect(rfDetr[0]).toMatchObject({ family: "rf-detr", output: { activation: "sigmoid" } });
  expect(mmdeploy?.[0]).toMatchObject({ family: "mmdeploy", output: { decoder: "boxes" } });
  expect(otx?.[0]).toMatchObject({ output: { decoder: "boxes", tensors: { boxes: "boxes" } } });
});

test("torchvision's outputs are known by their shapes where an export names them by numbers", () => {
  const outputs = [
    { name: "3582", dims: [200, 4] },
    { name: "3551", dims: [200] },
    { name: "3552", dims: [200], type: "int64" as const },
  ];
  const readingIn = (layout: "CHW" | "NCHW", range: GraphView["range"] = { range: "unknown" }) => {
    const { image } = viewOf(outputs);
    return readingsOf(viewOf(outputs, { image: { ...image, layout }, range }))[0];
  };
  const inGraph = { isInGraph: true, why: "Sub, Div" };

  expect(readingIn("CHW")).toMatchObject({
    family: "torchvision",
    output: { tensors: { boxes: "3582", scores: "3551", classes: "3552" }, class_offset: 1 },
  });
  expect(readingIn("CHW")?.confidence).toBeGreaterThanOrEqual(0.9);
  expect(readingIn("NCHW", { range: "scaled", ...inGraph })?.confidence).toBeLessThan(0.9);
  // One picture without a batch is what detectron2 takes, too: classes from 0, pixels of 0–255.
  expect(readingIn("CHW", { range: "raw", ...inGraph })).toBeUndefined();
  expect(readingIn("NCHW")).toBeUndefined();
});

test("torchvision's names over a graph that does not normalise are a question of pixels", () => {
  const outputs = [
    { name: "boxes", dims: [20, 4] },
    { name: "labels", dims: [20], type: "int64" as const },
    { name: "scores", dims: [20] },
  ];
  const pixelsIn = (range: GraphView["range"]) => readingsOf(viewOf(outputs, { range }))[0]!.pixels;

  const [own, outside] = [{ isInGraph: true, why: "Sub, Div" }, {}].map((more) =>
    pixelsIn({ range: "scaled", ...more }),
  );

  expect(own).toMatchObject({ name: "rgb-unit", confidence: 0.9 });
  expect(outside?.name).toBe("rgb-imagenet");
  expect(outside?.confidence).toBeLessThan(0.9);
});

test("finished boxes of nobody that is known are read by a trial run, and asked about", () => {
  const rows = Array.from({ length: 50 }, (_, row) => [row, row, row + 20, row + 30]);
  const outputs = [
    { name: "bboxes", dims: [1, 50, 4], values: rows.flat() },
    { name: "labels", dims: [1, 50], type: "int64" as const, values: rows.map(() => 1) },
    { name: "scores", dims: [1, 50], values: rows.map(() => 0.5) },
  ];

  const [best] = readingsOf(viewOf(outputs));

  expect(best).toMatchObject({
    output: {
      tensors: { boxes: "bboxes", scores: "scores", classes: "labels" },
      format: "xyxy",
      units: "pixels",
    },
    post: { nms: "none" },
  });
  expect(best?.confidence).toBeLessThan(0.9);
});

test.each([
  ["parts of the picture with y first", 1, { format: "yxyx", units: "normalised" }],
  ["pixels with x first", 640, { format: "xyxy", units: "pixels" }],
])(
  "TensorFlow Lite's four outputs without names are told apart by a trial run: %s",
  (_, unit, boxes) => {
    const rows = Array.from({ length: 25 }, (_row, row) =>
      [row / 50, row / 50, 0.6, 0.9].map((value) => value * unit),
    );
    const outputs = [
      {
        name: "StatefulPartitionedCall:1",
        dims: [1, 25],
        values: rows.map((_, at) => 0.9 - at / 50),
      },
      { name: "StatefulPartitionedCall:3", dims: [1, 25, 4], values: rows.flat() },
      { name: "StatefulPartitionedCall:0", dims: [1], values: [25] },
      { name: "StatefulPartitionedCall:2", dims: [1, 25], values: rows.map((_, at) => at % 3) },
    ];

    const [best] = readingsOf(
      viewOf(outputs, { model: { ...emptyModel, producer: "tf2onnx 1.16" } }),
    );

    expect(best).toMatchObject({
      output: {
        tensors: {
          boxes: "StatefulPartitionedCall:3",
          scores: "StatefulPartitionedCall:1",
          classes: "StatefulPartitionedCall:2",
          count: "StatefulPartitionedCall:0",
        },
        ...boxes,
      },
    });
    expect(best?.confidence).toBeLessThan(0.9);
  },
);

test("boxes and a score for each class are told apart by their values, whatever their order and dimensions", () => {
  const corners = { name: "boxes", values: [10, 20, 30, 40, 300, 200, 400, 280] };
  const scores = { name: "confs", dims: [1, 2, 4], values: Array.from({ length: 8 }, () => 0.3) };
  const flat = { ...corners, dims: [1, 2, 4] };
  const ofYoloV4 = { ...corners, dims: [1, 2, 1, 4] };

  for (const outputs of [
    [flat, scores],
    [scores, flat],
    [ofYoloV4, scores],
    [scores, ofYoloV4],
  ]) {
    const [best] = readingsOf(viewOf(outputs));

    expect(best).toMatchObject({
      family: "boxes-and-scores",
      classCount: 4,
      output: { tensors: { boxes: "boxes", scores: "confs" }, format: "xyxy", units: "pixels" },
    });
    expect(best?.confidence).toBeLessThan(0.9);
  }
});

test("logits with a column more than there are names end in no object", () => {
  const outputs = [
    { name: "logits", dims: [1, 100, 4] },
    { name: "pred_boxes", dims: [1, 100, 4] },
  ];
  const activations = [3, 4].map(
    (classCount) => readingsOf(viewOf(outputs, { classCount }))[0]?.output,
  );

  expect(activations).toMatchObject([{ activation: "softmax" }, { activation: "sigmoid" }]);
});

test("RF-DETR's 91 columns without metadata are COCO's ids, of which 0 is none", () => {
  const outputs = [
    { name: "dets", dims: [1, 300, 4] },
    { name: "labels", dims: [1, 300, 91] },
  ];
  const [unnamed, ofNinety] = [{}, { classCount: 90 }].map((more) => {
    return readingsOf(viewOf(outputs, more))[0];
  });

  expect(unnamed).toMatchObject({ classCount: 91 });
  expect(unnamed?.output).not.toHaveProperty("class_offset");
  expect(ofNinety).toMatchObject({ classCount: 90, output: { class_offset: 1 } });
  expect(ofNinety?.confidence).toBeLessThan(0.9);
});

test("logits whose values are not as their columns and names have it are a question", () => {
  const logitsOf = (last: number, columns: number, classCount: number) => {
    const row = Array.from({ length: columns }, (_, at) => (at === columns - 1 ? last : -4));
    const outputs = [
      {
        name: "logits",
        dims: [1, 50, columns],
        values: Array.from({ length: 50 }, () => row).flat(),
      },
      { name: "pred_boxes", dims: [1, 50, 4] },
    ];
    return readingsOf(viewOf(outputs, { classCount }))[0];
  };
  const softmax = logitsOf(6, 4, 3);
  // Deformable DETR counts from 1 and has a column for 0: as many more than names as DETR has.
  const sigmoid = logitsOf(-5, 4, 3);

  expect(softmax?.output).toMatchObject({ activation: "softmax" });
  expect(softmax?.confidence).toBeGreaterThanOrEqual(0.9);
  expect(sigmoid?.output).toMatchObject({ activation: "sigmoid" });
  expect(sigmoid?.confidence).toBeLessThan(0.9);
  expect(logitsOf(6, 4, 4)?.confidence).toBeLessThan(0.9);
});

test("logits without names or mask are a question", () => {
  const [best] = readingsOf(
    viewOf([
      { name: "logits", dims: [1, 100, 12] },
      { name: "pred_boxes", dims: [1, 100, 4] },
    ]),
  );

  expect(best?.confidence).toBeLessThan(0.9);
});

test("InsightFace's numbered outputs are SCRFD by their shapes alone", () => {
  const outputs = [1, 4, 10].flatMap((columns) =>
    [12_800, 3200, 800].map((rows) => ({ name: `${columns}${rows}`, dims: [rows, columns] })),
  );

  expect(readingsOf(viewOf(outputs))[0]).toMatchObject({
    family: "scrfd",
    output: { tensors: { scores: ["112800", "13200", "1800"] } },
    classNames: ["face"],
  });
});

test("the order of the colours of bytes is a question in a family that has BGR, unless the graph turns them", () => {
  const bytes = { ...viewOf([]).image, dtype: "uint8" as const };
  const pixelsOf = (convention: Parameters<typeof pixelsBy>[1], isTurned = false) => {
    const view = viewOf([], { image: bytes, range: { range: "raw", isTurned } });
    return pixelsBy(view, convention, "a family");
  };

  expect(pixelsOf({ scaled: "rgb-unit" }).confidence).toBeGreaterThanOrEqual(0.9);
  expect(pixelsOf({ raw: "bgr-raw" }, true).confidence).toBeGreaterThanOrEqual(0.9);
  expect(pixelsOf({ raw: "bgr-raw" }).confidence).toBeLessThan(0.9);
});

test("a graph that scales floats and turns their colours takes the other order, which is asked about", () => {
  const range = { range: "raw", isInGraph: true, why: "Div" } as const;
  const pixelsOf = (convention: Parameters<typeof pixelsBy>[1], isTurned: boolean) =>
    pixelsBy(viewOf([], { range: { ...range, isTurned } }), convention, "a family");

  expect(pixelsOf({ scaled: "rgb-unit" }, false)).toMatchObject({
    name: "rgb-raw",
    confidence: 0.9,
  });
  expect(pixelsOf({ scaled: "rgb-unit" }, true)).toMatchObject({
    name: "bgr-raw",
    confidence: 0.8,
  });
  expect(pixelsOf({ raw: "bgr-raw" }, true)).toMatchObject({ name: "rgb-raw", confidence: 0.8 });
});

test("a graph that normalises by itself is not normalised twice", () => {
  const outputs = [
    { name: "labels", dims: [1, 100, 91] },
    { name: "dets", dims: [1, 100, 4] },
  ];
  const view = viewOf(outputs, { range: { range: "scaled", isInGraph: true, why: "Sub, Div" } });

  expect(readingsOf(view)[0]?.pixels).toMatchObject({ name: "rgb-unit", why: "Sub, Div" });
});
