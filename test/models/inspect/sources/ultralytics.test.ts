import { describe, expect, test } from "vitest";
import {
  ultralyticsClaims,
  ultralyticsFacts,
} from "../../../../models/inspect/sources/ultralytics.ts";
import { viewOf } from "../../../support/model-views.ts";

const metadata = {
  author: "Ultralytics",
  task: "detect",
  stride: "32",
  version: "8.3.0",
  license: "AGPL-3.0 License (https://ultralytics.com/license)",
  imgsz: "[384, 640]",
  names: "{0: 'player', 1: 'ball'}",
  args: "{'nms': False}",
};
const v8 = viewOf([{ name: "output0", dims: [1, 6, 8400] }]);
const finished = viewOf([{ name: "output0", dims: [1, 300, 6] }]);

const claimsOf = (more: Record<string, string>, view = v8) => {
  const facts = ultralyticsFacts({ ...metadata, ...more })!;
  const claims = ultralyticsClaims(facts, view);
  return Object.fromEntries(claims.map(({ part, patch }) => [part, patch]));
};

test("classes, size and licence are read as Ultralytics writes them", () => {
  expect(claimsOf({})).toMatchObject({
    classes: { classes: ["player", "ball"] },
    size: { input: { width: 640, height: 384 } },
    licence: { licence: "AGPL-3.0" },
    output: { output: { decoder: "yolo-v8", tensors: { predictions: "output0" } } },
  });
});

test.each([{ end2end: "True" }, { args: "{'nms': True}" }])(
  "suppression in the graph (%j) gives finished rows",
  (more) => {
    expect(claimsOf(more, finished)["output"]).toMatchObject({
      output: { decoder: "rows", columns: ["x1", "y1", "x2", "y2", "score", "class"] },
      post: { nms: "none" },
    });
  },
);

const threeClasses = { names: "{0: 'a', 1: 'b', 2: 'c'}" };

test("RT-DETR is stretched, normalised and needs no suppression", () => {
  const view = viewOf([{ name: "output0", dims: [1, 300, 7] }]);

  expect(claimsOf({ head: "RTDETRDecoder", ...threeClasses }, view)).toMatchObject({
    family: { family: "rt-detr" },
    fit: { input: { resize: "stretch" } },
    output: { output: { units: "normalised" }, post: { nms: "none" } },
  });
});

test("queries in front of their scores are RT-DETR's, also where no head is named", () => {
  const view = viewOf([{ name: "output0", dims: [1, 300, 7] }]);

  expect(claimsOf(threeClasses, view)).toMatchObject({
    family: { family: "rt-detr" },
    fit: { input: { resize: "stretch" } },
    output: { output: { decoder: "yolo-v8", units: "normalised" } },
  });
  expect(claimsOf({ ...threeClasses, head: "Detect" }, view)["family"]).toMatchObject({
    family: "ultralytics",
  });
});

describe("rows of six", () => {
  const rows = { decoder: "rows", columns: ["cx", "cy", "w", "h", "score", "class"] };
  const measuredAs = (values: readonly number[]) =>
    viewOf([{ name: "output0", dims: [1, 2, 6], values }]);
  const classLast = measuredAs([0.5, 0.5, 0.2, 0.2, 0.7, 1, 0.2, 0.5, 0.2, 0.2, 0.6, 0]);
  const twoScores = measuredAs([0.5, 0.5, 0.2, 0.2, 0.7, 0.1, 0.2, 0.5, 0.2, 0.2, 0, 0.6]);
  const notRun = viewOf([{ name: "output0", dims: [1, 300, 6] }]);

  test.each([{ head: "RTDETRDecoder" }, { end2end: "False" }])(
    "are RT-DETR's since 8.4.47 (%j)",
    (more) => {
      const claims = claimsOf({ ...threeClasses, ...more }, notRun);

      expect(claims["output"]).toMatchObject({ output: rows, post: { nms: "none" } });
      expect(claims["fit"]).toMatchObject({ input: { resize: "stretch" } });
    },
  );

  test("are left to the graph where metadata is too old to tell RT-DETR from YOLOv10", () => {
    expect(claimsOf(threeClasses, notRun)["output"]).toBeUndefined();
  });

  test("are told from a box and two scores by a run alone", () => {
    const head = { head: "RTDETRDecoder" };

    expect(claimsOf(head, classLast)["output"]).toMatchObject({ output: rows });
    expect(claimsOf(head, twoScores)["output"]).toMatchObject({
      output: { decoder: "yolo-v8", units: "normalised" },
    });
    expect(claimsOf(head, notRun)["output"]).toBeUndefined();
  });
});

test("an output that does not go with the names is not claimed", () => {
  expect(claimsOf({ names: "{0: 'a', 1: 'b', 2: 'c'}" })["output"]).toBeUndefined();
});

test.each(["segment", "pose", "obb", "classify"])("the task %s is refused with a hint", (task) => {
  expect(() => ultralyticsFacts({ ...metadata, task })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("yolo export") }),
  );
});

test("YOLOv5's names and stride say what the classes are and nothing else", () => {
  const facts = ultralyticsFacts({ stride: "32", names: "['player', 'ball']" })!;

  expect(ultralyticsClaims(facts, v8).map(({ part }) => part)).toEqual(["classes"]);
});

test("metadata of others is none of Ultralytics'", () => {
  expect(ultralyticsFacts({ license: "MIT" })).toBeUndefined();
});

test("a task and names alone are not Ultralytics': others write them, too", () => {
  const { author: _author, stride: _stride, ...others } = metadata;

  expect(ultralyticsFacts(others)).toBeUndefined();
});
