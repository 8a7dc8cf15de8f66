import { expect, test } from "vitest";
import type { Patch } from "../../../models/inspect/claim.ts";
import { refuseFewNames, withoutBackground } from "../../../models/inspect/classes-seen.ts";
import { viewOf } from "../../support/model-views.ts";

const boxes = (offset: 0 | 1) =>
  ({
    decoder: "boxes",
    tensors: { boxes: "b", scores: "s", classes: "c" },
    format: "xyxy",
    units: "pixels",
    class_offset: offset,
  }) as const satisfies Patch["output"];
const rows: NonNullable<Patch["output"]> = {
  decoder: "rows",
  tensors: { rows: "r" },
  columns: ["x1", "y1", "x2", "y2", "score", "class"],
};

/** A run that finds these classes, the last row being padding. */
const found = (...classes: readonly number[]) => {
  const scores = classes.map((_, row) => (row === classes.length - 1 ? 0 : 0.5));
  return viewOf([
    { name: "b", dims: [1, classes.length, 4], values: classes.flatMap(() => [1, 1, 9, 9]) },
    { name: "s", dims: [1, classes.length], values: scores },
    { name: "c", dims: [1, classes.length], values: classes },
    {
      name: "r",
      dims: [1, classes.length, 6],
      values: classes.flatMap((id, row) => [1, 1, 9, 9, scores[row]!, id]),
    },
  ]);
};

test.each(["__background__", "background", "--bg--", "???"])(
  "%s at the head of the names is no class where the graph counts from 1",
  (background) => {
    const classes = [background, "hat", "vest"];

    expect(withoutBackground({ classes, output: boxes(1) }).classes).toEqual(["hat", "vest"]);
    expect(withoutBackground({ classes, output: boxes(0) }).classes).toEqual(classes);
  },
);

test.each(["backgroundless", "帽子", "7"])("%s is a class like others", (name) => {
  const classes = [name, "vest"];

  expect(withoutBackground({ classes, output: boxes(1) }).classes).toEqual(classes);
});

test("a class beyond the last name, which would fail every job that meets it, is refused at once", () => {
  const draft = (output: NonNullable<Patch["output"]>) => ({ classes: ["hat", "vest"], output });

  expect(() => refuseFewNames(draft(boxes(0)), found(0, 2, 0))).toThrow(
    expect.objectContaining({
      message: "A trial run found class 2, but the 2 names are of classes 0 to 1.",
      hint: expect.stringContaining("output.class_offset=1"),
    }),
  );
  expect(() => refuseFewNames(draft(boxes(1)), found(1, 3, 1))).toThrow("class 3");
  expect(() => refuseFewNames(draft(rows), found(0, 5, 0))).toThrow("class 5");
});

test("padding is of any class, and classes that have a name are taken", () => {
  const draft = { classes: ["hat", "vest"], output: boxes(1) };

  expect(() => refuseFewNames(draft, found(1, 2, 99))).not.toThrow();
  expect(() => refuseFewNames({ ...draft, output: rows }, found(0, 1, 99))).not.toThrow();
  expect(() => refuseFewNames(draft, viewOf([]))).not.toThrow();
});
