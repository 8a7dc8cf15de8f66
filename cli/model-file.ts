import { limits } from "../contracts/limits.ts";
import { sha256Of } from "../models/file-sha256.ts";
import { formatBytes } from "./client/format.ts";
import { videoFile } from "./client/video-file.ts";
import { CommandError } from "./faults.ts";
import type { ModelFile } from "./model-manifest.ts";

/** Looks at a model's file and its digest; rejects where there is none or it is larger than the system takes. */
export async function modelFile(path: string, signal: AbortSignal): Promise<ModelFile> {
  const { path: filePath, sizeBytes } = await videoFile(path);
  if (sizeBytes > limits.modelBytesMax) {
    throw new CommandError(
      `${path} has ${formatBytes(sizeBytes)}; at most ${formatBytes(limits.modelBytesMax)} are taken.`,
    );
  }
  return { path: filePath, sizeBytes, sha256: await sha256Of(filePath, signal) };
}
