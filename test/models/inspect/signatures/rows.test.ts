import { describe, expect, test } from "vitest";
import { readingsOf } from "../../../../models/inspect/signatures/all-signatures.ts";
import { rowPartsOf } from "../../../../models/inspect/signatures/row-parts.ts";
import { emptyModel, viewOf } from "../../../support/model-views.ts";

const rows = (...values: readonly (readonly number[])[]) => ({
  dims: [1, values.length, values[0]!.length],
  values: values.flat(),
});
const columnsOf = (...values: readonly (readonly number[])[]) => {
  const [best] = readingsOf(viewOf([{ name: "out", ...rows(...values) }]));
  return best?.output.decoder === "rows" ? best.output.columns.join(" ") : undefined;
};

test("a run's values tell the order of columns", () => {
  expect(columnsOf([10, 20, 30, 60, 0.7, 3], [1, 2, 3, 4, 0.4, 0])).toBe("x1 y1 x2 y2 score class");
  expect(columnsOf([3, 0.7, 10, 20, 30, 60], [1, 0.4, 1, 2, 3, 4])).toBe("class score x1 y1 x2 y2");
  expect(columnsOf([10, 20, 30, 60, 3, 0.7], [1, 2, 3, 4, 1, 0.4])).toBe("x1 y1 x2 y2 class score");
  expect(columnsOf([0, 10, 20, 30, 60, 3, 0.7])).toBe("batch x1 y1 x2 y2 class score");
  expect(columnsOf([0, 10, 20, 30, 60, 0.7, 3])).toBe("batch x1 y1 x2 y2 score class");
  expect(columnsOf([0.5, 0.6, 0.1, 0.2, 0.7, 3])).toBe("cx cy w h score class");
});

test("rows of centres are of RT-DETR's kind, which is asked about", () => {
  const [best] = readingsOf(viewOf([{ name: "out", ...rows([0.5, 0.6, 0.1, 0.2, 0.7, 3]) }]));

  expect(best).toMatchObject({ family: "rt-detr", output: { units: "normalised" } });
  expect(best?.confidence).toBeLessThan(0.9);
});

describe("classes that are never 0", () => {
  const readingOf = (classIds: readonly number[], classCount?: number) => {
    const values = classIds.map((id, at) => [10, 20, 30, 60, 0.9 - at / 100, id]);
    const view = viewOf([{ name: "out", ...rows(...values) }], {
      ...(classCount !== undefined && { classCount }),
    });
    return readingsOf(view)[0];
  };
  const many = Array.from({ length: 20 }, (_, at) => 1 + (at % 7));

  test("count from 1 where the last is as many as there are names", () => {
    expect(readingOf(many, 7)?.output).toMatchObject({ class_offset: 1 });
    expect(readingOf([0, ...many], 7)?.output).not.toHaveProperty("class_offset");
  });

  test("are a doubt that is said where there are many, and nothing where there are few", () => {
    expect(readingOf(many, 20)?.doubts?.join()).toContain("output.class_offset=1");
    expect(readingOf(many.slice(0, 3), 20)?.doubts).toEqual([]);
    expect(readingOf([0, ...many], 20)?.doubts).toEqual([]);
  });
});

test("values alone, without the graph's structure or a name, leave a question", () => {
  const [best] = readingsOf(viewOf([{ name: "out", ...rows([10, 20, 30, 60, 0.7, 3]) }]));

  expect(best?.confidence).toBeLessThan(0.9);
});

test("values that fit no order are not rows", () => {
  expect(columnsOf([10, 20, 5, 6, 7.5, 300])).toBeUndefined();
});

const node = (op: string, inputs: readonly string[], output: string) => ({
  op,
  domain: "",
  inputs,
  outputs: [output],
  integers: {},
  integerLists: {},
});

test("what the graph joins into rows tells whole numbers from others", () => {
  const nodes = [
    node("Cast", ["ids"], "class_f"),
    node("Unsqueeze", ["class_f"], "class"),
    node("Mul", ["a", "b"], "score"),
    node("Concat", ["boxes", "score", "class"], "joined"),
    node("Unsqueeze", ["joined"], "out"),
  ];

  expect(rowPartsOf({ ...emptyModel, nodes }, "out")).toEqual(["other", "other", "whole"]);
  expect(rowPartsOf({ ...emptyModel, nodes }, "score")).toBeUndefined();
});

test("a graph that finds nothing in a trial run is still read by its structure", () => {
  const nodes = [
    node("Cast", ["ids"], "class"),
    node("Concat", ["boxes", "score", "class"], "detections"),
  ];
  const [best] = readingsOf(
    viewOf([{ name: "detections", dims: [0, 6], values: [] }], { model: { ...emptyModel, nodes } }),
  );

  expect(best).toMatchObject({
    family: "nms-inside",
    output: { columns: ["x1", "y1", "x2", "y2", "score", "class"] },
  });
  expect(best?.pixels.confidence).toBeLessThan(0.9);
});
