import { expect, test } from "vitest";
import { rfDetrClaims } from "../../../../models/inspect/sources/rf-detr.ts";
import { families } from "../../../support/onnx/families.ts";
import { writeFamily } from "../../../support/onnx/family.ts";
import { readModel } from "../../../../models/onnx/read-model.ts";
import { scratchFolder } from "../../../support/scratch-folder.ts";

const family = families.find(({ id }) => id === "rf-detr")!;
const contract = async () => {
  const { metadata } = await readModel(writeFamily(scratchFolder(), family));
  return JSON.parse(metadata["rfdetr_inference"]!) as object;
};
const claimsOf = (json: object) => rfDetrClaims({ rfdetr_inference: JSON.stringify(json) });

test("the contract says everything but the licence", async () => {
  const claims = claimsOf(await contract());

  expect(claims.map(({ part }) => part)).toEqual([
    "family",
    "output",
    "size",
    "pixels",
    "fit",
    "classes",
    "version",
  ]);
  expect(claims.every(({ confidence }) => confidence >= 0.9)).toBe(true);
});

test("sparse ids keep their places", async () => {
  const claims = claimsOf({ ...(await contract()), class_id_to_name: { 1: "person", 3: "car" } });

  expect(claims.find(({ part }) => part === "classes")?.patch.classes).toEqual([
    "unused-0",
    "person",
    "unused-2",
    "car",
  ]);
});

test("another task and another version are refused with a hint", async () => {
  const json = await contract();

  for (const other of [{ task: "segment" }, { schema_version: 2 }, { means: [0, 0] }]) {
    expect(() => claimsOf({ ...json, ...other })).toThrow(
      expect.objectContaining({ hint: expect.any(String) }),
    );
  }
  expect(() => rfDetrClaims({ rfdetr_inference: "{" })).toThrow("version");
});

test("a model without the contract gets no claims from it", () => {
  expect(rfDetrClaims({ author: "somebody" })).toEqual([]);
});
