import { InferenceSession, Tensor } from "onnxruntime-node";
import type { DecoderName, ModelManifest } from "../../contracts/model.ts";
import { candidatesFor } from "./boxes.ts";
import { BadOutput, type Decoder } from "./decoders/decoder.ts";
import { yoloV8 } from "./decoders/yolo-v8.ts";
import { yolox } from "./decoders/yolox.ts";
import { fillerOf } from "./fill-input.ts";
import { keepBest } from "./nms.ts";
import type { Provider } from "./providers.ts";

export interface Filter {
  readonly scoreMin: number;
  /** One entry per class: whether it is asked for. */
  readonly wanted: Uint8Array;
}

/** x1, y1, x2, y2, score, class of one detection after the other; boxes in pixels of the model's input. */
export type RawDetections = Float32Array;
export const rawWidth = 6;

/** A loaded model, used by one frame at a time. Blocks the thread that it runs on. */
export interface Session {
  readonly detect: (pixels: Uint8Array, filter: Filter) => Promise<RawDetections>;
}

const decoders: Record<DecoderName, (manifest: ModelManifest) => Decoder> = {
  yolox: ({ input, classes }) => yolox(input, classes.length),
  "yolo-v8": ({ classes }) => yoloV8(classes.length),
};

/** Loads a model, and refuses one whose inputs and outputs have other names than its manifest says. */
export async function openSession(
  manifest: ModelManifest,
  modelPath: string,
  provider: Provider,
): Promise<Session> {
  const { input, output, post } = manifest;
  const session = await InferenceSession.create(modelPath, {
    executionProviders: [provider],
    graphOptimizationLevel: "all",
    // Frames run side by side in several threads; inside one, more threads would only spin.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
  });
  for (const [kind, names, name] of [
    ["input", session.inputNames, input.name],
    ["output", session.outputNames, output.name],
  ] as const) {
    if (names.includes(name)) continue;
    throw new BadOutput(`The model has no ${kind} "${name}"; it has ${names.join(", ")}.`);
  }

  const { fill, tensor } = fillerOf(input);
  const dims =
    input.layout === "NCHW" ? [1, 3, input.height, input.width] : [1, input.height, input.width, 3];
  const feeds = {
    [input.name]:
      tensor instanceof Uint8Array
        ? new Tensor("uint8", tensor, dims)
        : new Tensor("float32", tensor as Float32Array<ArrayBuffer>, dims),
  };
  const decode = decoders[output.decoder](manifest);
  let boxes = candidatesFor(0);

  return {
    async detect(pixels, filter) {
      fill(pixels);
      const { [output.name]: answer } = await session.run(feeds, [output.name]);
      if (!answer || answer.type !== "float32") {
        throw new BadOutput(`The output is ${answer?.type ?? "missing"}, not float32.`);
      }
      const data = answer.data as Float32Array;
      // More candidates than numbers there cannot be; the memory is kept for the next frame.
      if (boxes.score.length < data.length / 5) boxes = candidatesFor(Math.ceil(data.length / 5));
      decode({ data, dims: answer.dims }, filter, boxes);

      const kept = keepBest(boxes, post);
      const raw = new Float32Array(kept.length * rawWidth);
      for (const [index, at] of kept.entries()) {
        const { x1, y1, x2, y2, score, classId } = boxes;
        raw.set([x1[at]!, y1[at]!, x2[at]!, y2[at]!, score[at]!, classId[at]!], index * rawWidth);
      }
      return raw;
    },
  };
}
