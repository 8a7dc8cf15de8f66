import type { Tensor } from "onnxruntime-node";
import { BadOutput, type OutputTensor } from "./decoders/decoder.ts";

/** An answer of onnxruntime as float32, copied only where it is of another type. */
export function outputTensor(answer: Tensor | undefined): OutputTensor {
  if (!answer) throw new BadOutput("The model gave no such output.");
  const { type, data, dims } = answer;
  switch (type) {
    case "float32":
      return { data: data as Float32Array, dims };
    case "float16":
      return { data: fromHalf(data as unknown as Uint16Array), dims };
    case "int64":
      return { data: Float32Array.from(data as BigInt64Array, Number), dims };
    case "int32":
    case "uint8":
    case "float64":
      return { data: new Float32Array(data as Int32Array), dims };
    default:
      throw new BadOutput(`An output is of type ${type}, which no decoder reads.`);
  }
}

/** onnxruntime gives half floats as their bits, or as a Float16Array where the language has one. */
function fromHalf(data: Uint16Array | Float16Array): Float32Array {
  const halves =
    data instanceof Uint16Array
      ? new Float16Array(data.buffer, data.byteOffset, data.length)
      : data;
  return new Float32Array(halves);
}
