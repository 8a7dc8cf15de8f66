import { InferenceSession, Tensor } from "onnxruntime-node";
import { limits } from "../../../contracts/limits.ts";
import { float16 } from "../../onnx/tensor-values.ts";
import { float16Bits, pictureValues } from "./picture.ts";
import type {
  ProbeFeed,
  ProbeReply,
  ProbeRequest,
  ProbeRun,
  ProbeTensor,
} from "./probe-messages.ts";

/** Loads a model on the CPU and runs it once for each set of feeds; blocks the thread. Answers failures, never throws. */
export async function runModel({ path, runs }: ProbeRequest): Promise<ProbeReply> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(path, {
      executionProviders: ["cpu"],
      // Optimising takes longer than the few runs gain by it.
      graphOptimizationLevel: "basic",
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
  } catch (error) {
    return { failed: "load", message: messageOf(error) };
  }
  try {
    const answers: ProbeRun[] = [];
    for (const feeds of runs) {
      const tensors = Object.fromEntries(feeds.map((feed) => [feed.name, tensorOf(feed)]));
      const outputs = await session.run(tensors);
      answers.push(
        Object.fromEntries(
          Object.entries(outputs).map(([name, value]) => [name, numbersOf(value)]),
        ),
      );
    }
    return { runs: answers };
  } catch (error) {
    return { failed: "run", message: messageOf(error) };
  }
}

function tensorOf({ type, dims, fill }: ProbeFeed): Tensor {
  const values = "values" in fill ? repeated(fill.values, dims) : pictureValues(dims, fill);
  if (type === "int64") return new Tensor("int64", BigInt64Array.from(values, BigInt), dims);
  if (type === "int32") return new Tensor("int32", Int32Array.from(values), dims);
  if (type === "uint8") return new Tensor("uint8", Uint8Array.from(values), dims);
  if (type === "float16") {
    const bits = Uint16Array.from(values, float16Bits);
    const tensor = new Tensor("float16", bits, dims);
    // onnxruntime-common makes a Float16Array of it where Node has one, which the native part reads as empty.
    return Object.defineProperty(tensor, "data", { value: bits });
  }
  return new Tensor("float32", values, dims);
}

function repeated(values: readonly number[], dims: readonly number[]): Float32Array<ArrayBuffer> {
  const count = dims.reduce((product, size) => product * size, 1);
  return new Float32Array(count).map((_, index) => values[index % values.length]!);
}

function numbersOf(value: InferenceSession.OnnxValueMapType[string]): ProbeTensor {
  const { dims, data, type } = value;
  if (typeof type !== "string" || !ArrayBuffer.isView(data)) return { dims };
  const { length } = data as Float32Array;
  if (length > limits.probeValuesMax) return { dims };
  if (type === "float32") return { dims, values: data as Float32Array };
  if (data instanceof Uint16Array) return { dims, values: Float32Array.from(data, float16) };
  const items = data as unknown as ArrayLike<number | bigint>;
  return { dims, values: Float64Array.from({ length }, (_, index) => Number(items[index])) };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
