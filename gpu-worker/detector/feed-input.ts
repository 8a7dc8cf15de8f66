import { Tensor, type InferenceSession } from "onnxruntime-node";
import type { ModelInput } from "../../contracts/model.ts";
import { extraFeedOf, type ExtraFeed } from "../../models/onnx/extra-input.ts";
import type { GraphValue } from "../../models/onnx/graph.ts";
import { inputDims } from "./graph/fold-input.ts";
import { frameBytesOf } from "./pixel-layout.ts";

type Extra = ModelInput["extras"][number];

/** Makes the graph's inputs of up to `batch` frames, the extras in the shapes of the graph's own inputs. A single frame is taken where it lies; several are put side by side. */
export function feederOf(
  input: ModelInput,
  {
    inputName,
    batch,
    graphInputs,
  }: {
    readonly inputName: string;
    readonly batch: number;
    readonly graphInputs: readonly GraphValue[];
  },
): (frames: readonly Uint8Array[]) => InferenceSession.FeedsType {
  const dims = inputDims(input, batch);
  const extras = Object.fromEntries(
    input.extras.map((extra) => {
      const declared = graphInputs.find(({ name }) => name === extra.name)?.dims;
      return [extra.name, extraTensor(extra, extraFeedOf(extra, input, batch, declared))];
    }),
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

function extraTensor({ dtype }: Extra, { dims, values }: ExtraFeed): Tensor {
  const length = dims.reduce((product, size) => product * size, 1);
  const all = Array.from({ length }, (_, at) => values[at % values.length]!);
  if (dtype === "int64") return new Tensor("int64", BigInt64Array.from(all, BigInt), dims);
  if (dtype === "int32") return new Tensor("int32", Int32Array.from(all), dims);
  return new Tensor("float32", Float32Array.from(all), dims);
}
