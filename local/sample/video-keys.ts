import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";

/** The same bytes, name and pipeline have the same keys on every start, so that they lead to the same job. */
export async function videoKeys(video: {
  readonly path: string;
  readonly pipelineId: string;
}): Promise<(generation: number) => string> {
  const bytes = createHash("sha256");
  await pipeline(createReadStream(video.path), bytes);
  const facts = [bytes.digest("hex"), basename(video.path), video.pipelineId];

  return (generation) =>
    createHash("sha256")
      .update([...facts, generation].join("\n"))
      .digest("hex");
}
