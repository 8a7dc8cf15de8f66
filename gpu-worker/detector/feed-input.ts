import { Tensor, type InferenceSession } from "onnxruntime-node";
import type { ModelInput } from "../../contracts/model.ts";
import { inputDims } from "./graph/fold-input.ts";
import { frameBytesOf } from "./pixel-layout.ts";

type Extra = ModelInput["extras"][number];

/** Makes the graph's inputs of up to `batch` frames. A single frame is taken where it lies; several are put side by side. */
export function feederOf(
  input: ModelInput,
  { inputName, batch }: { readonly inputName: string; readonly batch: number },
): (frames: readonly Uint8Array[]) => InferenceSession.FeedsType {
  const dims = inputDims(input, batch);
  const extras = Object.fromEntries(
    input.extras.map((extra) => [extra.name, extraTensor(extra, input, batch)]),
  );
  if (batch === 1) {
    return ([frame]) => ({ ...extras, [inputName]: new Tensor("uint8", frame!, dims) });
  }

  const frameBytes = frameBytesOf(input);
  const joined = new Uint8Array(frameBytes * batch);
  const feeds = { ...extras, [inputName]: new Tensor("uint8", joined, dims) };
  return (frames) => {
    for (const [position, frame] of frames.entries()) joined.set(frame, position * frameBytes);
    // The last batch may not be full, but a graph answers the same only to the same shape.
    joined.fill(0, frames.length * frameBytes);
    return feeds;
  };
}

function extraTensor({ value, dtype }: Extra, { width, height }: ModelInput, batch: number) {
  const perPicture = {
    "size-wh": [width, height],
    "size-hw": [height, width],
    "ones-hw": [1, 1],
    mask: Array.from({ length: width * height }, () => 1),
  }[value];
  const dims = value === "mask" ? [batch, height, width] : [batch, perPicture.length];
  const values = Array.from({ length: batch }, () => perPicture).flat();
  return dtype === "int64"
    ? new Tensor("int64", BigInt64Array.from(values, BigInt), dims)
    : new Tensor("float32", Float32Array.from(values), dims);
}
