import { expect, test } from "vitest";
import { libreYoloClaims } from "../../../../models/inspect/sources/libreyolo.ts";
import { ultralyticsFacts } from "../../../../models/inspect/sources/ultralytics.ts";
import { ModelRefused } from "../../../../models/model-refused.ts";

const metadata = {
  libreyolo_version: "1.6.0",
  model_family: "yolo9",
  task: "detect",
  names: '{"0": "player", "1": "ball"}',
  imgsz_h: "384",
  imgsz_w: "640",
};
const outputs = [{ name: "output" }, { name: "raw" }];

const claimsOf = (more: Record<string, string>) =>
  Object.fromEntries(
    libreYoloClaims({ ...metadata, ...more }, outputs).map(({ part, patch }) => [part, patch]),
  );

test("LibreYOLO's files look like those of Ultralytics and are not read as such", () => {
  expect(ultralyticsFacts(metadata)).toBeUndefined();
  expect(claimsOf({})).toMatchObject({
    family: { family: "yolo9" },
    size: { input: { width: 640, height: 384 } },
    fit: { input: { resize: "letterbox", anchor: "top-left", pad: 114 } },
    pixels: { input: { channels: "RGB", scale: 1 / 255 } },
    output: {
      output: { decoder: "yolo-v8", tensors: { predictions: "output" }, format: "xyxy" },
    },
  });
});

test("where the picture is put is as the file says", () => {
  expect(claimsOf({ letterbox_pad: "center" })["fit"]).toMatchObject({
    input: { anchor: "center" },
  });
});

test.each([
  [{ nms: "true" }, "none"],
  [{ deepstream: "true" }, "per-class"],
])("finished rows come first with %j", (more, nms) => {
  expect(claimsOf(more)["output"]).toMatchObject({
    output: { decoder: "rows", tensors: { rows: "output" } },
    post: { nms },
  });
});

test("queries are read by the names of the outputs", () => {
  expect(claimsOf({ model_family: "rtdetr" })).not.toHaveProperty("output");
  expect(claimsOf({ model_family: "rtdetr" })["fit"]).toMatchObject({
    input: { resize: "stretch" },
  });
});

test.each([{ model_family: "ssd" }, { model_family: "constructor" }, { task: "segment" }])(
  "%j is refused",
  (more) => {
    expect(() => claimsOf(more)).toThrow(ModelRefused);
  },
);

test("files of others say nothing here", () => {
  expect(libreYoloClaims({ task: "detect", names: "{}" }, outputs)).toEqual([]);
});
