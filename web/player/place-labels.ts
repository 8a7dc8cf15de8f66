import type { Rectangle } from "./fit.ts";

/** A box that gets a label, and how large that is, in pixels of the canvas. */
export interface Labelled {
  readonly box: Rectangle;
  readonly width: number;
  readonly height: number;
}

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Places where a label says whose it is, the usual one first: above its box, within its top, below it, at its right. */
function placesOf({ box, width, height }: Labelled, picture: Rectangle): Rectangle[] {
  const within = (x: number) => Math.max(picture.x, Math.min(x, picture.x + picture.width - width));
  const [left, right] = [within(box.x - 1), within(box.x + box.width + 1 - width)];
  const [above, below] = [box.y - height, box.y + box.height];
  return [
    { x: left, y: above, width, height },
    { x: left, y: box.y, width, height },
    { x: left, y: below, width, height },
    { x: right, y: above, width, height },
    { x: right, y: below, width, height },
  ].filter(({ y }) => y >= picture.y && y + height <= picture.y + picture.height);
}

/**
 * Where each label goes so that it hides none of those before it: the most important come first. One that finds no room
 * stays in its usual place, and is to be drawn under the others.
 */
export function placeLabels(labels: readonly Labelled[], picture: Rectangle): Rectangle[] {
  const placed: Rectangle[] = [];
  for (const label of labels) {
    const places = placesOf(label, picture);
    const usual = places[0] ?? { ...label.box, width: label.width, height: label.height };
    placed.push(places.find((place) => !placed.some((other) => overlap(place, other))) ?? usual);
  }
  return placed;
}
