import { fitWasm } from "./fit-wasm.ts";
import type { ModelFrame } from "./frame-memory.ts";

type Kernel = (plan: number, source: number, input: number, scratch: number) => void;

/**
 * Fits decoded pictures into the model's input, in the thread that calls it: colours and scaling of OpenCV's users, bit
 * for bit (kernel/fit.ts). A frame that is fitted already stays as it is.
 */
export function fitter(): (frame: ModelFrame) => void {
  const module = new WebAssembly.Module(Buffer.from(fitWasm, "base64"));
  const kernels = new WeakMap<WebAssembly.Memory, Kernel>();

  function kernelOn(memory: WebAssembly.Memory): Kernel {
    const known = kernels.get(memory);
    if (known) return known;
    const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports["fit"] as Kernel;
    kernels.set(memory, kernel);
    return kernel;
  }
  return ({ pixels, unfitted }) => {
    if (!unfitted) return;
    const { memory, plan, source, scratch } = unfitted;
    kernelOn(memory)(plan, source, pixels.byteOffset, scratch);
  };
}
