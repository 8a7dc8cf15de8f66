import { expect, test } from "vitest";
import { unrecognised } from "../../../models/inspect/unrecognised.ts";
import { viewOf } from "../../support/model-views.ts";

test.each([
  [
    "segmentation",
    [
      [1, 116, 8400],
      [1, 32, 160, 160],
    ],
  ],
  [
    "--grid",
    [
      [1, 3, 80, 80, 85],
      [1, 3, 40, 40, 85],
    ],
  ],
  [
    "raw feature maps",
    [
      [1, 144, 80, 80],
      [1, 144, 40, 40],
    ],
  ],
  [
    "export.nms=True",
    [
      [1, 8400, 4],
      [1, 80, 8400],
    ],
  ],
  ["General (compact) [S1]", [[1, 40, 13, 13]]],
  ["classifier", [[1, 1000]]],
  ["docs/models.md", [[1, 3, 5]]],
])("outputs that nothing reads are refused with what they look like: %s", (words, shapes) => {
  const view = viewOf(shapes.map((dims, at) => ({ name: `output${at}`, dims })));

  const { message, hint } = unrecognised(view);

  expect(message).toContain(shapes[0]!.join(" × "));
  expect(hint).toContain(words);
});

test("YuNet's outputs of before 2023 are refused with the file that can be read", () => {
  const columns = { loc: 14, conf: 2, iou: 1 };
  const view = viewOf(
    Object.entries(columns).map(([name, width]) => ({ name, dims: [1118, width] })),
  );

  expect(unrecognised(view).hint).toContain("face_detection_yunet_2023mar.onnx");
});
