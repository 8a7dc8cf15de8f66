import { describe, expect, test } from "vitest";
import { boxInSource, placementOf } from "../../gpu-worker/detector/letterbox.ts";
import { smallInput } from "./support/decoded.ts";

const input = (differences: object) => ({ ...smallInput, width: 640, height: 640, ...differences });

describe("families round and place differently", () => {
  test.each([
    // 375 × 500 by 1.28 is 480 × 640; 1000 × 667 by 0.64 is 640 × 426.88.
    ["YOLOX truncates, top left", "top-left", [1000, 667], [640, 426, 0, 0]],
    ["Ultralytics rounds, centred", "center", [1000, 667], [640, 427, 0, 106]],
    ["an odd rest lies below and right", "center", [640, 427], [640, 427, 0, 106]],
    ["upright pictures are padded at the sides", "center", [375, 500], [480, 640, 80, 0]],
  ] as const)("%s", (_, anchor, [width, height], expected) => {
    const placed = placementOf({ width, height }, input({ anchor }));

    expect([placed.width, placed.height, placed.left, placed.top]).toEqual(expected);
  });

  test("the manifest may round otherwise than its anchor's family does", () => {
    const source = { width: 1000, height: 667 };

    const down = placementOf(source, input({ anchor: "center", rounding: "down" }));
    const nearest = placementOf(source, input({ anchor: "top-left", rounding: "nearest" }));

    expect([down.height, down.top]).toEqual([426, 107]);
    expect([nearest.height, nearest.top]).toEqual([427, 0]);
  });

  test("a picture of 4096 × 1 keeps a line", () => {
    expect(placementOf({ width: 4096, height: 1 }, input({})).height).toBe(1);
  });
});

describe.each([
  ["letterbox", "top-left"],
  ["letterbox", "center"],
  ["stretch", "center"],
] as const)("%s, %s", (resize, anchor) => {
  test.each([
    [1920, 1080],
    [1080, 1920],
    [640, 640],
    [333, 777],
  ])("a box of %i × %i comes back where it was", (width, height) => {
    const source = { width, height };
    const placement = placementOf(source, input({ resize, anchor }));
    const { left, top, scaleX, scaleY } = placement;
    const box = [10, 20, 110, 220] as const;
    const there = [
      box[0] * scaleX + left,
      box[1] * scaleY + top,
      box[2] * scaleX + left,
      box[3] * scaleY + top,
    ] as const;

    expect(boxInSource(there, placement, source)).toEqual(
      box.map((value) => expect.closeTo(value, 6)),
    );
  });
});

test("boxes end at the picture's edges", () => {
  const source = { width: 100, height: 50 };

  const box = boxInSource([-50, -50, 9999, 9999], placementOf(source, input({})), source);

  expect(box).toEqual([0, 0, 100, 50]);
});
