import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import type { ModelInput } from "../../../contracts/model.ts";
import { changed } from "../../../gpu-worker/detector/graph/change-graph.ts";
import { foldInput, inputDims } from "../../../gpu-worker/detector/graph/fold-input.ts";
import { newGraph } from "../../support/onnx/graph.ts";
import { smallInput } from "../support/decoded.ts";

const size = { width: 2, height: 1 };
const pixels = Uint8Array.from([10, 20, 30, 40, 50, 60]);

/** A graph that answers with its input. */
function echo({ layout, dtype }: Pick<ModelInput, "layout" | "dtype">): Uint8Array {
  const graph = newGraph();
  const dims = inputDims({ layout, ...size }, 1);
  graph.output("echoed", graph.input("images", dtype, dims), dtype, dims);
  return graph.encode({}, "test");
}

/** What the graph sees of the six bytes. */
async function seen(differences: Partial<ModelInput>): Promise<number[]> {
  const input: ModelInput = {
    ...smallInput,
    ...size,
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    name: "images",
    ...differences,
  };
  const { change, inputName } = foldInput(input, 1);
  const session = await InferenceSession.create(changed(echo(input), [change]));
  const frame = new Tensor("uint8", pixels, inputDims(input, 1));
  const { echoed } = await session.run({ [inputName]: frame });
  return Array.from(echoed!.data as Float32Array, Number);
}

describe("a graph sees bytes as its manifest says", () => {
  const steps = { scale: 0.1, mean: [1, 2, 3], std: [2, 1, 4] } as const;
  const value = (at: number, channel: 0 | 1 | 2) =>
    expect.closeTo((pixels[at]! * 0.1 - steps.mean[channel]) / steps.std[channel], 5);

  test.each([
    ["as they are", { layout: "NCHW" }, [...pixels]],
    [
      "scaled",
      { layout: "NHWC", scale: 1 / 255 },
      [...pixels].map((each) => expect.closeTo(each / 255, 6)),
    ],
    [
      "plane by plane without mean and by deviation",
      { layout: "NCHW", ...steps },
      [value(0, 0), value(1, 0), value(2, 1), value(3, 1), value(4, 2), value(5, 2)],
    ],
    [
      "pixel by pixel without mean and by deviation",
      { layout: "NHWC", ...steps },
      [value(0, 0), value(1, 1), value(2, 2), value(3, 0), value(4, 1), value(5, 2)],
    ],
    ["without a batch", { layout: "CHW", scale: 2 }, [...pixels].map((each) => each * 2)],
    ["untouched where it takes uint8", { layout: "NHWC", dtype: "uint8", scale: 2 }, [...pixels]],
  ] as const)("%s", async (_, differences, values) => {
    expect(await seen(differences as Partial<ModelInput>)).toEqual(values);
  });
});
