import { expect, test } from "vitest";
import { answerOf } from "../../../models/inspect/answers.ts";

test.each([
  ["pixels=bgr-raw", "pixels", { input: expect.objectContaining({ channels: "BGR", scale: 1 }) }],
  ["fit=stretch", "fit", { input: { resize: "stretch" } }],
  ["size=640x384", "size", { input: { width: 640, height: 384 } }],
  ["input.channels=BGR", "pixels", { input: { channels: "BGR" } }],
  ["input.mean=[1,2,3]", "pixels", { input: { mean: [1, 2, 3] } }],
  ["output.class_offset=1", "output", { output: { class_offset: 1 } }],
  ["post.iou=0.6", "post", { post: { iou: 0.6 } }],
  ["licence=MIT", "licence", { licence: "MIT" }],
])("%s is an answer about %s", (setting, part, patch) => {
  expect(answerOf(setting)).toEqual({ part, patch });
});

test.each(["pixels=purple", "fit=", "size=large", "file.sha256=0", "nonsense", "__proto__.x=1"])(
  "%s is refused with what can be set",
  (setting) => {
    expect(() => answerOf(setting)).toThrow(expect.objectContaining({ hint: expect.any(String) }));
  },
);
