import { describe, expect, test } from "vitest";
import { cellCentres, pyramidOf } from "../../../../models/inspect/signatures/cells.ts";
import { readingsOf } from "../../../../models/inspect/signatures/all-signatures.ts";
import { viewOf } from "../../../support/model-views.ts";

const size = { width: 640, height: 640 };
const centres = cellCentres(size, { strides: [8, 16, 32] });

/** Rows of 85: a box, objectness and 80 scores of each cell. */
const grid = (box: (at: number) => readonly number[], objectness = 0.5) =>
  centres.flatMap((_, at) => [...box(at), objectness, ...Array.from({ length: 80 }, () => 0.1)]);

test("the number of anchors tells strides and anchors in each cell", () => {
  expect(pyramidOf(8400, size)).toEqual({ strides: [8, 16, 32], perCell: 1 });
  expect(pyramidOf(25_200, size)).toEqual({ strides: [8, 16, 32], perCell: 3 });
  expect(pyramidOf(19_200, { width: 640, height: 384 })).toEqual({ strides: [4, 8], perCell: 1 });
  expect(pyramidOf(8401, size)).toBeUndefined();
});

test("84 × 8400 is v8, and normalised where a run stays below 2", () => {
  const dims = [1, 84, 8400];
  const pixels = Array.from({ length: 84 * 8400 }, (_, at) => (at < 4 * 8400 ? 300 : 0.2));
  const parts = pixels.map((value) => (value === 300 ? 0.5 : value));

  const [best] = readingsOf(viewOf([{ name: "output0", dims, values: pixels }]));
  const [normalised] = readingsOf(viewOf([{ name: "output0", dims, values: parts }]));

  expect(best).toMatchObject({ family: "ultralytics", classCount: 80 });
  expect(best?.output).toEqual({ decoder: "yolo-v8", tensors: { predictions: "output0" } });
  expect(normalised?.output).toMatchObject({ units: "normalised" });
});

test("84 × 8400 with two corners is nobody's that is known: how it is fed is asked", () => {
  const box = (at: number) => {
    const { x, y } = centres[at]!;
    return [x - 20, y - 30, x + 20, y + 30];
  };
  const values = Array.from({ length: 84 * 8400 }, (_, at) =>
    at < 4 * 8400 ? box(at % 8400)[Math.floor(at / 8400)]! : 0.2,
  );

  const [best] = readingsOf(viewOf([{ name: "output0", dims: [1, 84, 8400], values }]));

  expect(best).toMatchObject({ family: "yolo", output: { decoder: "yolo-v8", format: "xyxy" } });
  expect(best?.pixels.confidence).toBeLessThan(0.9);
  expect(best?.fit.confidence).toBeLessThan(0.9);
});

test("values that are no scores make v8 unsure: pose, or a missing sigmoid", () => {
  const values = Array.from({ length: 84 * 8400 }, () => 300);

  const [best] = readingsOf(viewOf([{ name: "output0", dims: [1, 84, 8400], values }]));

  expect(best?.confidence).toBeLessThan(0.5);
});

test("8400 × 85 with offsets is YOLOX raw, with places in the picture it is decoded", () => {
  const dims = [1, 8400, 85];
  const raw = grid(() => [0.3, -0.2, 1, 1]);
  const decoded = grid((at) => [centres[at]!.x + 3, centres[at]!.y, 30, 40]);
  const range = { range: "raw" } as const;

  const [one] = readingsOf(viewOf([{ name: "output", dims, values: raw }], { range }));
  const [other] = readingsOf(viewOf([{ name: "output", dims, values: decoded }], { range }));

  expect(one).toMatchObject({ family: "yolox", output: { decoder: "yolox" } });
  expect(other).toMatchObject({ family: "yolox", output: { decoder: "yolo-v5" } });
  expect(other?.pixels.name).toBe("bgr-raw");
});

describe("boxes that are parts of the picture, as YOLOv5's TensorFlow exports have them, are read as such", () => {
  const parts = grid((at) => [centres[at]!.x / 640, centres[at]!.y / 640, 0.1, 0.2]);
  const range = { range: "scaled" } as const;

  test("with one anchor in each cell", () => {
    const outputs = [{ name: "outputs", dims: [1, 8400, 85], values: parts }];
    const [best] = readingsOf(viewOf(outputs, { range }));

    expect(best).toMatchObject({ output: { decoder: "yolo-v5", units: "normalised" } });
  });

  test("with three, side by side or apart", () => {
    const rows = Array.from({ length: 8400 }, (_, at) => parts.slice(at * 85, (at + 1) * 85));
    const levels = [rows.slice(0, 6400), rows.slice(6400, 8000), rows.slice(8000)];
    const sideBySide = rows.flatMap((row) => [row, row, row]).flat();
    const apart = levels.flatMap((level) => [...level, ...level, ...level]).flat();

    for (const values of [sideBySide, apart]) {
      const [best] = readingsOf(viewOf([{ name: "output0", dims: [1, 25200, 85], values }]));

      expect(best).toMatchObject({ output: { decoder: "yolo-v5", units: "normalised" } });
      expect(best?.confidence).toBeGreaterThanOrEqual(0.9);
    }
  });

  test("three raw anchors in each cell, which no decoder reads, are a question", () => {
    const values = grid(() => [0.4, 0.6, 0.5, 0.5]);
    const outputs = [
      { name: "output0", dims: [1, 25200, 85], values: [...values, ...values, ...values] },
    ];

    expect(readingsOf(viewOf(outputs))[0]?.confidence).toBeLessThan(0.9);
  });
});

test("objectness of 1 everywhere is YOLOv6, whatever the output is called", () => {
  const values = grid((at) => [centres[at]!.x, centres[at]!.y, 30, 40], 1);

  const [best] = readingsOf(viewOf([{ name: "output", dims: [1, 8400, 85], values }]));

  expect(best).toMatchObject({ family: "yolo-v6", pixels: { name: "rgb-unit" } });
});

test("YOLOX made for 0–1 is an old release, and a question", () => {
  const values = grid(() => [0.3, -0.2, 1, 1]);
  const view = viewOf([{ name: "output", dims: [1, 8400, 85], values }], {
    range: { range: "scaled" },
  });

  const { pixels } = readingsOf(view)[0]!;

  expect(pixels).toMatchObject({ name: "rgb-imagenet" });
  expect(pixels.confidence).toBeLessThan(0.9);
});

test("without a run YOLOX raw is not told from decoded, and unsure", () => {
  const [best] = readingsOf(viewOf([{ name: "output", dims: [1, 8400, 85] }]));

  expect(best?.confidence).toBeLessThan(0.9);
});

test("how many names there are decides between A × (4 + n) and A × (5 + n)", () => {
  const dims = [1, 8400, 8];
  const values = centres.flatMap(({ x, y }) => [x, y, 20, 20, 0.5, 0.1, 0.1, 0.1]);
  const families = [3, 4].map(
    (classCount) => readingsOf(viewOf([{ name: "o", dims, values }], { classCount }))[0]?.output,
  );

  expect(families).toMatchObject([{ decoder: "yolo-v5" }, { decoder: "yolo-v8" }]);
});
