import { InferenceSession, Tensor } from "onnxruntime-node";
import type { ModelInput, ModelManifest } from "../../../../contracts/model.ts";
import { overlap } from "../../../../gpu-worker/pipeline/track/overlap.ts";
import { naiveBoxes } from "./decode.ts";
import type { NaiveBox, Plain } from "./tensor.ts";

/** Detections of each picture (RGB bytes in the size of the input), by the definitions alone. */
export async function naiveDetections(
  manifest: ModelManifest,
  modelPath: string,
  pictures: readonly Uint8Array[],
  scoreMin: number,
): Promise<NaiveBox[][]> {
  const session = await InferenceSession.create(modelPath, { logSeverityLevel: 4 });
  const answers = await session.run(feedsOf(manifest.input, pictures));
  await session.release();
  const plain = Object.fromEntries(
    Object.entries(answers).map(([name, tensor]) => [name, plainOf(tensor)]),
  );
  return pictures.map((_, picture) => {
    const all = naiveBoxes(manifest, plain, picture);
    const worthwhile = all.filter(({ score }) => score >= scoreMin);
    return suppressed(worthwhile, manifest.post);
  });
}

/** What the graph takes, number by number as the manifest says it. */
function feedsOf(input: ModelInput, pictures: readonly Uint8Array[]): Record<string, Tensor> {
  const { layout, dtype, width, height, channels, scale, mean, std } = input;
  const values: number[] = [];
  const planar = layout === "NCHW" || layout === "CHW";
  const put = (picture: Uint8Array, y: number, x: number, channel: number): void => {
    const byte = picture[(y * width + x) * 3 + (channels === "RGB" ? channel : 2 - channel)]!;
    values.push(dtype === "uint8" ? byte : (byte * scale - mean[channel]!) / std[channel]!);
  };
  for (const picture of pictures) {
    if (planar) {
      for (let channel = 0; channel < 3; channel++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) put(picture, y, x, channel);
    } else {
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let channel = 0; channel < 3; channel++) put(picture, y, x, channel);
    }
  }
  const picture = planar ? [3, height, width] : [height, width, 3];
  const dims = layout.startsWith("N") ? [pictures.length, ...picture] : picture;
  const typed = {
    float32: () => new Tensor("float32", Float32Array.from(values), dims),
    uint8: () => new Tensor("uint8", Uint8Array.from(values), dims),
    float16: () => halfTensor(values, dims),
  };
  const extras = input.extras.map(({ name, value, dtype: kind }) => {
    const once = {
      "size-wh": [width, height],
      "size-hw": [height, width],
      "ones-hw": [1, 1],
      mask: Array.from({ length: width * height }, () => 1),
    }[value];
    const all = pictures.flatMap(() => once);
    const size = value === "mask" ? [pictures.length, height, width] : [pictures.length, 2];
    const tensorOf = {
      int64: () => new Tensor("int64", BigInt64Array.from(all, BigInt), size),
      int32: () => new Tensor("int32", Int32Array.from(all), size),
      float32: () => new Tensor("float32", Float32Array.from(all), size),
    };
    return [name, tensorOf[kind]()] as const;
  });
  return { [input.name]: typed[dtype](), ...Object.fromEntries(extras) };
}

/** onnxruntime-node 1.30 makes a Float16Array of the bits where there is one, but its native part reads only the bits. */
function halfTensor(values: readonly number[], dims: readonly number[]): Tensor {
  const bits = new Uint16Array(Float16Array.from(values).buffer);
  return Object.defineProperty(new Tensor("float16", bits, dims), "data", { value: bits });
}

function plainOf({ type, data, dims }: Tensor): Plain {
  const halves = type === "float16" && data instanceof Uint16Array;
  const numbers = halves ? new Float16Array(Uint16Array.from(data).buffer) : data;
  return { dims, numbers: Array.from(numbers as Iterable<number | bigint>, Number) };
}

/** The definition of non-maximum suppression: a box stays unless a better one that stays covers it. */
function suppressed(
  boxes: readonly NaiveBox[],
  { nms, iou, max_detections: keptMax }: ModelManifest["post"],
): NaiveBox[] {
  const kept: NaiveBox[] = [];
  for (const each of [...boxes].sort((a, b) => b.score - a.score)) {
    const covered = kept.some(
      (better) =>
        nms !== "none" &&
        (nms === "agnostic" || better.classId === each.classId) &&
        overlap([...better.box], [...each.box]) > iou,
    );
    if (!covered) kept.push(each);
  }
  return kept.slice(0, keptMax);
}
