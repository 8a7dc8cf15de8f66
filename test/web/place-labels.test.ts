import { expect, test } from "vitest";
import { placeLabels } from "../../web/player/place-labels.ts";

const picture = { x: 0, y: 0, width: 400, height: 300 };
const label = (x: number, y: number, width = 40, height = 60) => ({
  box: { x, y, width, height },
  width: 80,
  height: 18,
});
const corner = ({ x, y }: { readonly x: number; readonly y: number }) => [x, y];

test("a label stands above its box, begins with it, and never leaves the picture", () => {
  const places = placeLabels([label(100, 100), label(390, 200, 10), label(-20, 200)], picture);

  expect(places.map(corner)).toEqual([
    [99, 82],
    [320, 182],
    [0, 182],
  ]);
});

test("at the upper edge it stands within its box", () => {
  expect(placeLabels([label(100, 5)], picture).map(corner)).toEqual([[99, 5]]);
});

test("what comes later goes where it hides none before it: within, below, to the right", () => {
  const one = label(100, 100);
  const places = placeLabels([one, one, one, one, one, one], picture);

  expect(places.slice(0, 3).map(corner)).toEqual([
    [99, 82],
    [99, 100],
    [99, 160],
  ]);
  // Right-aligned they would still lie over the first three.
  expect(places.slice(3).map(corner)).toEqual([
    [99, 82],
    [99, 82],
    [99, 82],
  ]);
});

test("two objects side by side keep their labels apart", () => {
  const [left, right] = placeLabels([label(100, 100), label(150, 100)], picture);

  expect(left!.x + left!.width).toBeGreaterThan(right!.x);
  expect(right!.y).toBeGreaterThanOrEqual(left!.y + left!.height);
});

test("a box that fills the picture has its label within it", () => {
  const [only] = placeLabels([label(0, 0, 400, 300)], picture);

  expect(only).toEqual({ x: 0, y: 0, width: 80, height: 18 });
});
