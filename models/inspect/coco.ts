import { builtInManifests } from "../catalog.ts";

/** COCO's 80 classes in the usual order. */
export const coco80: readonly string[] = builtInManifests.find(
  ({ name }) => name === "coco",
)!.classes;

/** COCO's own category ids that no class has. */
const gaps = new Set([12, 26, 29, 30, 45, 66, 68, 69, 71, 83]);

/** COCO's classes by its own category ids 1–90, as TensorFlow and torchvision number them; ten have no class. */
export const coco90: readonly string[] = (() => {
  const names = [...coco80];
  return Array.from({ length: 90 }, (_, at) =>
    gaps.has(at + 1) ? `unused-${at + 1}` : names.shift()!,
  );
})();

/** The same from id 0, which is background or unused: DETR, RF-DETR. */
export const coco91: readonly string[] = ["unused-0", ...coco90];

/** COCO's names where a model has as many classes. */
export const cocoFor = (count: number): readonly string[] | undefined =>
  ({ 80: coco80, 90: coco90, 91: coco91 })[count];
