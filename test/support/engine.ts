import type { EngineFacts } from "../../contracts/artifact.ts";

export const anEngine: EngineFacts = {
  framequeue: "0.0.0",
  ffmpeg: "5.1",
  ffprobe: "5.1",
  onnxruntime: "1.30.0",
  provider: "cpu",
  precision: "float32",
  batch_size: 1,
  model_sha256: "0".repeat(64),
  fingerprint: "f".repeat(64),
};
