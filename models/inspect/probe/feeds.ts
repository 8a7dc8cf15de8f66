import { extraFeedOf } from "../../onnx/extra-input.ts";
import type { OnnxModel } from "../../onnx/graph.ts";
import type { GraphView } from "../view.ts";
import type { ProbeFeed } from "./probe-messages.ts";

type Facts = Pick<GraphView, "image" | "extras" | "width" | "height" | "range"> & {
  readonly model: Pick<OnnxModel, "inputs">;
};

/** What a model is fed with in two trial runs: a grey picture, then a coloured one. */
export const feedsOf = (facts: Facts): readonly (readonly ProbeFeed[])[] =>
  (["grey", "noise"] as const).map((picture) => [
    pictureFeed(facts, picture),
    ...extraFeeds(facts),
  ]);

function pictureFeed({ image, width, height, range }: Facts, picture: "grey" | "noise"): ProbeFeed {
  const sizes: Readonly<Record<string, number>> = {
    N: batchOf(image.batch),
    C: 3,
    H: height,
    W: width,
  };
  const isRaw = image.dtype === "uint8" || range.range === "raw";
  return {
    name: image.name,
    type: image.dtype,
    dims: image.layout.split("").map((axis) => sizes[axis]!),
    fill: { picture, top: isRaw ? 255 : 1, channelsLast: image.layout.endsWith("C") },
  };
}

const batchOf = (batch: number | "dynamic") => (batch === "dynamic" ? 1 : batch);

function extraFeeds({ model, extras, width, height, image }: Facts): readonly ProbeFeed[] {
  return extras.map((extra) => {
    const { name, dtype } = extra;
    const declared = model.inputs.find((input) => input.name === name)?.dims;
    const { dims, values } = extraFeedOf(extra, { width, height }, batchOf(image.batch), declared);
    return { name, type: dtype, dims, fill: { values } };
  });
}
