import { describe, expect, test } from "vitest";
import { candidatesFor, type Candidates } from "../../gpu-worker/detector/boxes.ts";
import { BadOutput, type Decoder } from "../../gpu-worker/detector/decoders/decoder.ts";
import { yoloV8 } from "../../gpu-worker/detector/decoders/yolo-v8.ts";
import { yolox } from "../../gpu-worker/detector/decoders/yolox.ts";

const all = [1, 1];
const size = { width: 64, height: 32 };

function read(decoder: Decoder, data: Float32Array, dims: number[], wanted = all, scoreMin = 0.3) {
  const into = candidatesFor(data.length / 5);
  const floors = Float32Array.from(wanted, (asked) => (asked ? scoreMin : Infinity));
  decoder({ predictions: [{ data, dims }] }, 0, { scoreMin: floors, scoreMinAny: scoreMin }, into);
  return rows(into);
}

const rows = ({ count, x1, y1, x2, y2, score, classId }: Candidates) =>
  Array.from({ length: count }, (_, at) => ({
    box: [x1[at]!, y1[at]!, x2[at]!, y2[at]!],
    score: score[at]!,
    class_id: classId[at]!,
  }));

describe("yolox, 64 × 32: 8×4 cells of 8 pixels, 4×2 of 16, 2×1 of 32", () => {
  const decoder = yolox({ strides: [8, 16, 32] }, size, 2);
  const anchors = 32 + 8 + 2;
  const empty = () => new Float32Array(anchors * 7);
  const dims = [1, anchors, 7];

  test.each([
    ["stride 8, row 1, column 3", 8 + 3, [(3 + 0.5) * 8, (1 + 0.25) * 8], 8],
    ["stride 16, row 1, column 2", 32 + 4 + 2, [(2 + 0.5) * 16, (1 + 0.25) * 16], 16],
    ["stride 32, column 1", 40 + 1, [(1 + 0.5) * 32, 0.25 * 32], 32],
  ] as const)("a cell of %s lies where its grid says", (_, anchor, [x, y], stride) => {
    const data = empty();
    data.set([0.5, 0.25, Math.log(2), 0, 0.9, 0.1, 0.8], anchor * 7);

    const [found] = read(decoder, data, dims);

    expect(found!.box).toEqual(
      [x - stride, y - stride / 2, x + stride, y + stride / 2].map((value) =>
        expect.closeTo(value, 3),
      ),
    );
    expect(found).toMatchObject({ class_id: 1, score: expect.closeTo(0.72, 5) });
  });

  test("the score is objectness times class, and the floor counts itself in", () => {
    const data = empty();
    data.set([0, 0, 0, 0, 0.5, 0.5, 0], 0);

    expect(read(decoder, data, dims, all, 0.25)).toHaveLength(1);
    expect(read(decoder, data, dims, all, 0.2501)).toHaveLength(0);
  });

  test("classes that nobody asks for are left out", () => {
    const data = empty();
    data.set([0, 0, 0, 0, 1, 0.2, 0.9], 0);

    expect(read(decoder, data, dims, [1, 0])).toEqual([]);
  });

  test.each([0, 2, 4, 5])("a value that is no number is an error, at column %i", (column) => {
    const data = empty();
    data.set([0, 0, 0, 0, 1, 1, 1], 0);
    data[column] = Number.NaN;
    if (column === 5) data[6] = Number.NaN;

    expect(() => read(decoder, data, dims)).toThrow(BadOutput);
  });

  test("another shape than the manifest means is an error that names both", () => {
    expect(() => read(decoder, new Float32Array(70), [1, 10, 7])).toThrow(/1×10×7.*B×42×7/);
  });
});

describe("yolo-v8", () => {
  const decoder = yoloV8({ units: "pixels", format: "cxcywh" }, size, 2);
  // Three anchors: a player, nothing, a ball.
  const table = [
    [20, 50, 10],
    [30, 50, 12],
    [8, 4, 2],
    [16, 4, 2],
    [0.9, 0.1, 0.2],
    [0.05, 0.1, 0.7],
  ];
  const found = [
    { box: [16, 22, 24, 38], score: expect.closeTo(0.9, 5), class_id: 0 },
    { box: [9, 11, 11, 13], score: expect.closeTo(0.7, 5), class_id: 1 },
  ];

  test("reads channels × anchors", () => {
    expect(read(decoder, Float32Array.from(table.flat()), [1, 6, 3])).toEqual(found);
  });

  test("reads corners where these are said to stand there", () => {
    const corners = [[16, 40, 9], [22, 40, 11], [24, 44, 11], [38, 44, 13], ...table.slice(4)];
    const ofCorners = yoloV8({ units: "pixels", format: "xyxy" }, size, 2);

    expect(read(ofCorners, Float32Array.from(corners.flat()), [1, 6, 3])).toEqual(found);
  });

  test("reads anchors × channels by its shape", () => {
    const transposed = [0, 1, 2].flatMap((anchor) => table.map((row) => row[anchor]!));

    expect(read(decoder, Float32Array.from(transposed), [1, 3, 6])).toEqual(found);
  });

  test("a value that is no number is an error", () => {
    const data = Float32Array.from(table.flat());
    data[0] = Number.NaN;

    expect(() => read(decoder, data, [1, 6, 3])).toThrow(BadOutput);
  });

  test("another number of classes than the manifest names is an error", () => {
    expect(() => read(decoder, new Float32Array(84 * 10), [1, 84, 10])).toThrow(BadOutput);
  });
});
