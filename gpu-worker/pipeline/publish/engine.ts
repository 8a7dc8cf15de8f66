import type { EngineFacts } from "../../../contracts/artifact.ts";
import type { ModelManifest } from "../../../contracts/model.ts";
import type { Tools } from "../../ffmpeg/find.ts";
import { sha256Of } from "./sha256.ts";

/** Names all that has an influence on the bytes of a result, and gives it one fingerprint. */
export function engineFacts({
  version,
  tools: { ffmpeg, ffprobe },
  onnxruntimeVersion,
  provider,
  providerNodeShare,
  model,
}: {
  version: string;
  tools: Tools;
  onnxruntimeVersion: string;
  provider: string;
  providerNodeShare: number;
  model: ModelManifest;
}): EngineFacts {
  const facts = {
    framequeue: version,
    ffmpeg: ffmpeg.version,
    ffprobe: ffprobe.version,
    onnxruntime: onnxruntimeVersion,
    provider,
    precision: "float32",
    batch_size: 1,
    model_sha256: model.file.sha256,
    manifest_sha256: sha256Of(JSON.stringify(model)),
  };
  const fingerprint = sha256Of(JSON.stringify(facts));
  return { ...facts, fingerprint, provider_node_share: providerNodeShare };
}
