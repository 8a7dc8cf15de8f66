import { fitWasm } from "./fit-wasm.ts";
import type { FrameMemory, ModelFrame } from "./frame-memory.ts";

type Kernel = (plan: number, source: number, input: number, scratch: number) => void;

/**
 * Fits decoded pictures into the model's input, in the thread that calls it: colours and scaling of OpenCV's users, bit
 * for bit (kernel/fit.ts). A frame that is fitted already stays as it is.
 */
export function fitter(): (frame: ModelFrame) => void {
  const module = new WebAssembly.Module(Buffer.from(fitWasm, "base64"));
  let last: { readonly id: string; readonly kernel: Kernel } | undefined;

  function kernelOn({ id, memory }: FrameMemory): Kernel {
    if (last?.id === id) return last.kernel;
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    last = { id, kernel: exports["fit"] as Kernel };
    return last.kernel;
  }
  return ({ pixels, unfitted }) => {
    if (!unfitted) return;
    const { plan, source, scratch } = unfitted;
    kernelOn(unfitted)(plan, source, pixels.byteOffset, scratch);
  };
}
