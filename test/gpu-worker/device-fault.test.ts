import { expect, test } from "vitest";
import { deviceFault } from "../../gpu-worker/detector/device-fault.ts";
import { whatIsMissing } from "../../gpu-worker/detector/what-is-missing.ts";

const where =
  "; GPU=0 ; hostname=h ; file=/onnxruntime/core/providers/cuda/cuda_call.cc ; line=121";

test.each([
  [`CUDA failure 700: an illegal memory access was encountered ${where}`, "lost"],
  [`CUDA failure 100: no CUDA-capable device is detected ${where}`, "lost"],
  [`CUDA failure 999: unknown error ${where} ; expr=cudaStreamSynchronize(stream);`, "lost"],
  ["CUDA error 719", "lost"],
  ["cudaErrorECCUncorrectable: uncorrectable ECC error encountered", "lost"],
  ["Non-zero status code returned while running Conv node. Device lost", "lost"],
  ["GPU is lost. Reboot the system to recover this GPU", "lost"],
  [`CUDA failure 2: out of memory ${where}`, "busy"],
  ["CUDNN failure 5000: CUDNN_STATUS_EXECUTION_FAILED", "busy"],
  ["CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED", "busy"],
  ["BFCArena: Failed to allocate memory: out of memory", "busy"],
  [
    "Non-zero status code returned while running Cast node. Name:'' Status Message: bfc_arena.cc:360 AllocateRawInternal Failed to allocate memory for requested buffer of size 2949120",
    "busy",
  ],
  ["std::bad_alloc", "busy"],
  ["Got invalid dimensions for input: images, index: 2 Got: 700 Expected: 640", undefined],
  [
    "Non-zero status code returned while running Gather node. idx=700 must be within bounds",
    undefined,
  ],
])("%s: the device is %s", (message, fault) => {
  expect(deviceFault(message)).toBe(fault);
});

test.each([
  [
    "Failed to load library libonnxruntime_providers_cuda.so: libcublasLt.so.12: cannot open shared object file",
    /libcublasLt\.so\.12 is not found/,
  ],
  [
    "libonnxruntime_providers_cuda.so: cannot open shared object file",
    /ONNXRUNTIME_NODE_INSTALL=cuda12/,
  ],
  [
    "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library",
    /ONNXRUNTIME_NODE_INSTALL=cuda12.*ldd/,
  ],
  [
    "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version",
    /driver is too old/,
  ],
  ["CUDA failure 100: no CUDA-capable device is detected", /--gpus all/],
  ["the profile shows CPU: 3 of 200 nodes ran there.", /^the profile shows CPU: 3 of 200/],
])("%s says what is missing", (words, said) => {
  expect(whatIsMissing(words)).toMatch(said);
});
