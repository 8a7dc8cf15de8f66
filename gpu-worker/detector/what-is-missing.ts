/**
 * What a machine lacks on which a GPU could not be used, as a sentence: by the words of onnxruntime, of its loader and of
 * CUDA. What is not known is said as it came.
 */
export function whatIsMissing(words: string): string {
  const library = /\b(lib[\w.+-]+\.so[\w.]*): cannot open shared object/.exec(words)?.[1];
  if (library?.includes("onnxruntime_providers")) return noProvider;
  if (library)
    return `the library ${library} is not found: CUDA 12 and cuDNN 9 belong to the host.`;
  if (/Failed to load shared library/i.test(words)) {
    return `${noProvider} Or a library of CUDA 12 or cuDNN 9 is not found: ldd of that file names it.`;
  }
  if (/\b(?:failure|error)[ :=]*35\b|driver version is insufficient/i.test(words)) {
    return "the NVIDIA driver is too old for CUDA 12.";
  }
  if (/\b(?:failure|error)[ :=]*100\b|no CUDA-capable device/i.test(words)) {
    return "no NVIDIA driver or device is seen: does the container get one (--gpus all)?";
  }
  return words;
}

const noProvider =
  "onnxruntime's CUDA provider (libonnxruntime_providers_cuda.so) is not installed: ONNXRUNTIME_NODE_INSTALL=cuda12 brings it.";
