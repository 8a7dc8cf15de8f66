import type { Patch } from "./claim.ts";

type Input = NonNullable<Patch["input"]>;

const zero: [number, number, number] = [0, 0, 0];
const one: [number, number, number] = [1, 1, 1];
const unit = 1 / 255;
const imageNet = {
  mean: [0.485, 0.456, 0.406] as [number, number, number],
  std: [0.229, 0.224, 0.225] as [number, number, number],
};

/** What happens to the values of a pixel on their way into the model, by the name that `--set pixels=` takes. */
export const pixels = {
  "rgb-unit": { channels: "RGB", scale: unit, mean: zero, std: one },
  "rgb-raw": { channels: "RGB", scale: 1, mean: zero, std: one },
  "rgb-imagenet": { channels: "RGB", scale: unit, ...imageNet },
  "bgr-raw": { channels: "BGR", scale: 1, mean: zero, std: one },
  "bgr-unit": { channels: "BGR", scale: unit, mean: zero, std: one },
  /** ImageNet's mean and deviation on 0–255, in OpenCV's order: NanoDet, MMDetection. */
  "bgr-imagenet": {
    channels: "BGR",
    scale: 1,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
  },
  /** The same in the order of torchvision, on 0–255: MMDetection. */
  "rgb-imagenet-255": {
    channels: "RGB",
    scale: 1,
    mean: [123.675, 116.28, 103.53],
    std: [58.395, 57.12, 57.375],
  },
  /** (value − 127.5) / 128: SCRFD and other faces of InsightFace. */
  "rgb-signed": { channels: "RGB", scale: 1, mean: [127.5, 127.5, 127.5], std: [128, 128, 128] },
} as const satisfies Record<string, Input>;
export type PixelsName = keyof typeof pixels;

/** How a picture is brought to the model's size, by the name that `--set fit=` takes. */
export const fits = {
  letterbox: { resize: "letterbox", anchor: "center", pad: 114 },
  "letterbox-black": { resize: "letterbox", anchor: "center", pad: 0 },
  "letterbox-top-left": { resize: "letterbox", anchor: "top-left", pad: 114 },
  "letterbox-top-left-black": { resize: "letterbox", anchor: "top-left", pad: 0 },
  stretch: { resize: "stretch" },
} as const satisfies Record<string, Input>;
export type FitName = keyof typeof fits;
