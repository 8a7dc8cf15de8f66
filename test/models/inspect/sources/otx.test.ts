import { expect, test } from "vitest";
import { otxClaims } from "../../../../models/inspect/sources/otx.ts";
import { ModelRefused } from "../../../../models/model-refused.ts";

/** As 2.6.0 writes it. */
const metadata = {
  "model_info otx_version": "2.6.0",
  "model_info task_type": "detection",
  "model_info mean_values": "123.675 116.28 103.53",
  "model_info scale_values": "58.395 57.12 57.375",
  "model_info reverse_input_channels": "True",
  "model_info resize_type": "standard",
  "model_info pad_value": "0",
  "model_info label_info": '{"label_names": ["a player", "ball"], "label_ids": ["0", "1"]}',
  "model_info labels": "a_player ball",
};
const named = (...names: readonly string[]) => names.map((name) => ({ name }));
const claimsOf = (more: Record<string, string>, outputs = named("boxes", "labels")) =>
  Object.fromEntries(
    otxClaims({ ...metadata, ...more }, outputs).map((claim) => [claim.part, claim]),
  );

test("pixels, classes and finished boxes are as the metadata says", () => {
  expect(claimsOf({})).toMatchObject({
    pixels: {
      patch: {
        input: {
          channels: "BGR",
          mean: [123.675, 116.28, 103.53],
          std: [58.395, 57.12, 57.375],
        },
      },
    },
    classes: { patch: { classes: ["a player", "ball"] } },
    fit: { confidence: 0.97, patch: { input: { resize: "stretch" } } },
    output: {
      patch: { output: { format: "xyxy", units: "pixels" }, post: { nms: "none" } },
    },
  });
});

test("boxes of DETR's kind are parts of the picture", () => {
  const { output } = claimsOf({}, named("bboxes", "labels", "scores"));

  expect(output?.patch.output).toMatchObject({
    tensors: { boxes: "bboxes", scores: "scores" },
    units: "normalised",
  });
});

test("where a letterboxed picture lies is asked", () => {
  const { fit } = claimsOf({
    "model_info resize_type": "fit_to_window_letterbox",
    "model_info pad_value": "114",
  });

  expect(fit?.confidence).toBeLessThan(0.9);
  expect(fit?.patch.input).toMatchObject({ resize: "letterbox", pad: 114 });
});

test("another task is refused; other outputs, and files of others, are not spoken of", () => {
  expect(() => claimsOf({ "model_info task_type": "instance_segmentation" })).toThrow(ModelRefused);
  expect(claimsOf({}, named("logits"))).not.toHaveProperty("output");
  expect(otxClaims({ "model_info labels": "a b" }, named("boxes", "labels"))).toEqual([]);
  expect(otxClaims({ ...metadata, "model_info mean_values": "grey" }, [])).toEqual([]);
});
