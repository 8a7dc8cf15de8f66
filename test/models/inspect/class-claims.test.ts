import { expect, test } from "vitest";
import type { Claim } from "../../../models/inspect/claim.ts";
import { classClaims } from "../../../models/inspect/class-claims.ts";
import { coco80, coco90, coco91 } from "../../../models/inspect/coco.ts";
import { emptyModel } from "../../support/model-views.ts";

const output = { decoder: "yolo-v8", tensors: { predictions: "o" } } as const;
const supposed = (classCount: number) => classClaims([], { classCount, output }, emptyModel)[0];

test("COCO's names are supposed for as many classes as COCO has, and never sure", () => {
  expect(supposed(80)?.patch.classes).toEqual(coco80);
  expect(supposed(91)?.patch.classes).toEqual(coco91);
  expect(supposed(80)?.confidence).toBeLessThan(0.9);
});

test("other classes get numbers as names, even less sure", () => {
  expect(supposed(2)).toMatchObject({
    patch: { classes: ["class-0", "class-1"] },
    confidence: 0.3,
  });
});

test("COCO's own ids have their gaps: 1 is person, 13 stop sign, 90 toothbrush", () => {
  expect([coco91[1], coco91[12], coco91[13], coco91[90]]).toEqual([
    "person",
    "unused-12",
    "stop sign",
    "toothbrush",
  ]);
  expect(coco90[89]).toBe("toothbrush");
});

test("weights for eighty classes are a reason to ask about COCO where the outputs say no number", () => {
  const weight = { type: "float32", start: 0, end: 0, encoding: "raw" } as const;
  const tensors = new Map([["head", { ...weight, dims: [80, 64, 1, 1] }]]);

  const [claim] = classClaims([], { output }, { ...emptyModel, tensors });

  expect(claim?.patch.classes).toEqual(coco80);
  expect(claim?.confidence).toBeLessThan(0.9);
});

test("names that are not as many as the graph has classes lose their weight", () => {
  const given: Claim = {
    part: "classes",
    by: "metadata",
    confidence: 0.99,
    why: "metadata",
    patch: { classes: ["a", "b"] },
  };

  const [two] = classClaims([given], { classCount: 2, output }, emptyModel);
  const [three] = classClaims([given], { classCount: 3, output }, emptyModel);

  expect([two?.confidence, three?.confidence]).toEqual([0.99, 0.2]);
});
