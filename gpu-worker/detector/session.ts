import { InferenceSession, Tensor } from "onnxruntime-node";
import { tensorsOf } from "../../contracts/model-output.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import { candidatesFor } from "./boxes.ts";
import { decoderFor } from "./decoders/decoder-for.ts";
import { BadOutput, type Floors } from "./decoders/decoder.ts";
import { outputTensor } from "./output-tensor.ts";
import { fillerOf } from "./fill-input.ts";
import { keepBest } from "./nms.ts";
import type { Provider } from "./providers.ts";

/** x1, y1, x2, y2, score, class of one detection after the other; boxes in pixels of the model's input. */
export type RawDetections = Float32Array;
export const rawWidth = 6;

/** A loaded model, used by one frame at a time. Blocks the thread that it runs on. */
export interface Session {
  readonly detect: (pixels: Uint8Array, floors: Floors) => Promise<RawDetections>;
}

/** Loads a model, and refuses one whose inputs and outputs have other names than its manifest says. */
export async function openSession(
  manifest: ModelManifest,
  modelPath: string,
  provider: Provider,
): Promise<Session> {
  const { input, output, post } = manifest;
  const parts = Object.entries(tensorsOf(output));
  const outputNames = parts.flatMap(([, names]) => names);
  const session = await InferenceSession.create(modelPath, {
    executionProviders: [provider],
    graphOptimizationLevel: "all",
    // Frames run side by side in several threads; inside one, more threads would only spin.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
  });
  for (const [kind, names, name] of [
    ["input", session.inputNames, input.name] as const,
    ...outputNames.map((name) => ["output", session.outputNames, name] as const),
  ]) {
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
  const decode = decoderFor(manifest);
  let boxes = candidatesFor(0);

  return {
    async detect(pixels, floors) {
      fill(pixels);
      const answers = await session.run(feeds, outputNames);
      const tensors = Object.fromEntries(
        parts.map(([part, names]) => [part, names.map((name) => outputTensor(answers[name]))]),
      );
      // More candidates than numbers there cannot be; the memory is kept for the next frame.
      const numbers = Math.max(
        ...Object.values(tensors).flatMap((each) => each.map(({ data }) => data.length)),
      );
      if (boxes.score.length < numbers) boxes = candidatesFor(numbers);
      decode(tensors, 0, floors, boxes);

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
