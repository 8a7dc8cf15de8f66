import { limits } from "../contracts/limits.ts";
import { sha256Of } from "../models/file-sha256.ts";
import { inOneFile } from "../models/onnx/one-file.ts";
import { formatBytes } from "./client/format.ts";
import { videoFile } from "./client/video-file.ts";
import { CommandError } from "./faults.ts";
import type { ModelFile } from "./model-manifest.ts";

/**
 * Looks at a model's file and its digest, in one piece where its weights lie beside it; rejects where there is none or
 * it is larger than the system takes.
 */
export async function modelFile(
  path: string,
  signal: AbortSignal,
): Promise<ModelFile & AsyncDisposable> {
  const { path: namedPath } = await videoFile(path);
  await using stack = new AsyncDisposableStack();
  const whole = stack.use(await inOneFile(namedPath));
  const { sizeBytes } = await videoFile(whole.path);
  if (sizeBytes > limits.modelBytesMax) {
    throw new CommandError(
      `${path} has ${formatBytes(sizeBytes)}; at most ${formatBytes(limits.modelBytesMax)} are taken.`,
    );
  }
  const sha256 = await sha256Of(whole.path, signal);
  const kept = stack.move();
  return {
    path: whole.path,
    namedPath,
    sizeBytes,
    sha256,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
