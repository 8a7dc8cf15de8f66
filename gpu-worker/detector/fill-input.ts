import type { ModelManifest } from "../../contracts/model.ts";

type Input = ModelManifest["input"];

/** The value of each byte as the model wants it, per channel of the model in its order. */
export function lookupTables({ scale, mean, std }: Input): readonly Float32Array[] {
  return [0, 1, 2].map((channel) =>
    Float32Array.from(
      { length: 256 },
      (_, value) => (value * scale - mean[channel]!) / std[channel]!,
    ),
  );
}

/** Fills a model's input tensor from RGB bytes, row by row. */
export type FillInput = (pixels: Uint8Array) => void;

/** The loop that turns RGB bytes into what the manifest says the graph takes, into memory that is used again. */
export function fillerOf(input: Input): {
  readonly fill: FillInput;
  readonly tensor: Float32Array | Uint8Array;
} {
  const area = input.width * input.height;
  const tensor = input.dtype === "uint8" ? new Uint8Array(area * 3) : new Float32Array(area * 3);
  const tables =
    input.dtype === "uint8"
      ? [0, 1, 2].map(() => Float32Array.from({ length: 256 }, (_, value) => value))
      : lookupTables(input);
  // Channel c of the model is byte `from + source[c]` of the pixel, and lies at `to + target[c]`.
  const [source0, source1, source2] =
    input.channels === "RGB" ? ([0, 1, 2] as const) : ([2, 1, 0] as const);
  const [target1, target2, step] =
    input.layout === "NCHW" ? ([area, 2 * area, 1] as const) : ([1, 2, 3] as const);
  const [table0, table1, table2] = tables as [Float32Array, Float32Array, Float32Array];

  return {
    tensor,
    fill(pixels) {
      for (let pixel = 0, from = 0, to = 0; pixel < area; pixel++, from += 3, to += step) {
        tensor[to] = table0[pixels[from + source0]!]!;
        tensor[to + target1] = table1[pixels[from + source1]!]!;
        tensor[to + target2] = table2[pixels[from + source2]!]!;
      }
    },
  };
}
