import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// As onnxruntime-node's own script/install.js names them; on other platforms there is nothing to install.
const library = "bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so";

/** The folder of the onnxruntime that workers of this installation load. */
export const onnxruntimeFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));

/** What to do where GPUs are found that onnxruntime cannot use for want of its CUDA library; undefined: nothing. */
export function cudaHint(
  gpus: readonly string[] | undefined,
  { platform, folder }: { readonly platform: string; readonly folder: string },
): string | undefined {
  if (!gpus?.length || platform !== "linux/x64" || existsSync(join(folder, library))) {
    return undefined;
  }
  return (
    "onnxruntime-node is installed without its CUDA library, so no GPU can be used. " +
    `Install it: (cd ${folder} && ONNXRUNTIME_NODE_INSTALL=cuda12 node script/install.js). ` +
    "CUDA 12 and cuDNN 9 have to be there, too."
  );
}
