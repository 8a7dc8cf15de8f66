/**
 * What a failure of a run says of the graphics card, or of the machine's memory: `lost` for this process, which only a new
 * one on a sound card mends; `busy`, which may pass; undefined where it is none of theirs. By the words of onnxruntime ("CUDA
 * failure 700: … ; GPU=0", "Failed to allocate memory for requested buffer") and the numbers of CUDA's `cudaError_t`.
 */
export function deviceFault(message: string): "lost" | "busy" | undefined {
  const number = /\bCUDA (?:failure|error)[ :=]*(\d+)/i.exec(message)?.[1];
  if (number && lostNumbers.has(Number(number))) return "lost";
  if (lostWords.test(message)) return "lost";
  return busyWords.test(message) ? "busy" : undefined;
}

/** Errors after which every later call of the process fails too, and those of a card or driver that is not there. */
const lostNumbers = new Set([
  3, // initialization error
  4, // the driver is shutting down
  35, // the driver is too old
  46, // devices busy or unavailable
  100, // no device
  101, // invalid device
  201, // invalid context
  214, // an error of its memory that cannot be corrected
  219, // nvlink
  226, // contained memory error
  700, // illegal address
  702, // launch timed out
  709, // context is destroyed
  710, // assertion
  714, // hardware stack error
  715, // illegal instruction
  716, // misaligned address
  717, // invalid address space
  718, // invalid program counter
  719, // launch failure
  800, // not permitted
  802, // system not ready
  803, // driver mismatch
  999, // unknown
]);

const busyWords = /CUDA|CUDNN|CUBLAS|out of memory|Failed to allocate memory|bad[ _]alloc/i;

const lostWords =
  /device[ _-]lost|GPU is lost|fallen off the bus|no CUDA-capable device|an illegal memory access was encountered|unspecified launch failure|uncorrectable ECC|cudaErrorIllegalAddress|cudaErrorNoDevice|cudaErrorLaunchFailure|cudaErrorECCUncorrectable|cudaErrorUnknown|NVML_ERROR_GPU_IS_LOST/i;
