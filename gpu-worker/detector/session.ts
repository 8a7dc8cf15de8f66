import { readFile } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { limits } from "../../contracts/limits.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import { tensorsOf } from "../../contracts/output-tensors.ts";
import { candidatesFor, type Candidates } from "./boxes.ts";
import { decoderFor } from "./decoders/decoder-for.ts";
import { BadOutput, notANumber, type Floors } from "./decoders/decoder.ts";
import { feederOf } from "./feed-input.ts";
import { changed, graphFacts } from "./graph/change-graph.ts";
import { foldFocus } from "./graph/fold-focus.ts";
import { foldInput } from "./graph/fold-input.ts";
import { foldOutput } from "./graph/fold-output.ts";
import { keepBest } from "./nms.ts";
import { outputTensor } from "./output-tensor.ts";
import type { Provider } from "./providers.ts";

/** x1, y1, x2, y2, score, class of one detection after the other; boxes in pixels of the model's input. */
export type RawDetections = Float32Array;
export const rawWidth = 6;

/** A loaded model, used by one batch at a time. Blocks the thread that it runs on. */
export interface Session {
  /** Writes the profile, where there is to be one. */
  readonly endProfiling: () => void;
  /** Detections of up to `batch` frames, each uint8 in the layout that `pixelLayoutOf` says. */
  readonly detect: (frames: readonly Uint8Array[], floors: Floors) => Promise<RawDetections[]>;
}

export interface SessionSetup {
  readonly manifest: ModelManifest;
  readonly modelPath: string;
  readonly provider: Provider;
  /** Frames per run. */
  readonly batch: number;
  /** Threads of onnxruntime inside one run, the calling one included. */
  readonly threadsPerRun: number;
  /** Where the session is to be profiled: a path to which onnxruntime appends the time. */
  readonly profilePrefix?: string;
}

/** Loads a model, and refuses one whose inputs and outputs have other names than its manifest says. */
export async function openSession({
  manifest,
  modelPath,
  provider,
  batch,
  threadsPerRun,
  profilePrefix,
}: SessionSetup): Promise<Session> {
  const model = await readFile(modelPath);
  const graph = graphFacts(model);
  const wanted = tensorsOf(manifest.output);
  const given = [manifest.input, ...manifest.input.extras].map(({ name }) => name);
  refuseMissing("input", given, graph.inputs);
  refuseMissing("output", Object.values(wanted).flat(), graph.outputs);

  const front = foldInput(manifest.input, batch);
  const focus = foldFocus(model, manifest.input);
  const back = foldOutput(graph, manifest);
  const parts = Object.entries(back ? { ...wanted, ...back.tensors } : wanted);
  const fetched = [...parts.flatMap(([, names]) => names), ...(back ? [back.sum] : [])];
  const session = await InferenceSession.create(
    changed(model, [front.change, ...(focus ? [focus] : []), ...(back ? [back.change] : [])]),
    {
      executionProviders: [provider],
      graphOptimizationLevel: "all",
      intraOpNumThreads: threadsPerRun,
      interOpNumThreads: 1,
      executionMode: "sequential",
      ...(profilePrefix && { enableProfiling: true, profileFilePrefix: profilePrefix }),
    },
  );

  const feed = feederOf(manifest.input, {
    inputName: front.inputName,
    batch,
    graphInputs: graph.inputs,
  });
  const decode = decoderFor(manifest);
  const boxes = candidatesFor(limits.detectionsPerFrameMax);

  return {
    endProfiling: () => (profilePrefix ? session.endProfiling() : undefined),
    async detect(frames, floors) {
      const feeds = feed(frames);
      const answers = await session.run(
        back ? { ...feeds, [back.floor]: scalar(floors.scoreMinAny) } : feeds,
        fetched,
      );
      if (back && Number.isNaN(answers[back.sum]!.data[0])) throw notANumber();
      const tensors = Object.fromEntries(
        parts.map(([part, names]) => [part, names.map((name) => outputTensor(answers[name]))]),
      );
      const raw = frames.map((_, picture) => {
        decode(tensors, picture, floors, boxes);
        return rawOf(boxes, keepBest(boxes, floors.overlap ?? manifest.post));
      });
      freeAtOnce(answers);
      return raw;
    },
  };
}

const scalar = (value: number): Tensor => new Tensor("float32", Float32Array.of(value), []);

function refuseMissing(
  kind: "input" | "output",
  wanted: readonly string[],
  there: readonly { readonly name: string }[],
): void {
  const names = there.map(({ name }) => name);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw new BadOutput(`The model has no ${kind} "${missing}"; it has ${names.join(", ")}.`);
}

/**
 * Each run's answers lie in new blocks, a megabyte of most detectors, and V8 collects them only once 64 MB have come
 * together, in each thread. A block that is given away is freed at once.
 */
function freeAtOnce(answers: InferenceSession.ReturnType): void {
  for (const { data } of Object.values(answers)) {
    if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) data.buffer.transfer(0);
  }
}

function rawOf({ x1, y1, x2, y2, score, classId }: Candidates, kept: Int32Array): RawDetections {
  const raw = new Float32Array(kept.length * rawWidth);
  for (let index = 0, to = 0; index < kept.length; index++) {
    const at = kept[index]!;
    raw[to++] = x1[at]!;
    raw[to++] = y1[at]!;
    raw[to++] = x2[at]!;
    raw[to++] = y2[at]!;
    raw[to++] = score[at]!;
    raw[to++] = classId[at]!;
  }
  return raw;
}
