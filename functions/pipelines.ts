import type * as z from "zod";
import { keys } from "../contracts/keys.ts";
import { limits } from "../contracts/limits.ts";
import type { DecoderName } from "../contracts/model-output.ts";
import { ModelManifest } from "../contracts/model.ts";
import { Pipeline, PipelineId } from "../contracts/pipeline.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import { builtInManifests, builtInPipelines } from "../models/catalog.ts";
import { readObject } from "./read-object.ts";

export type Pipelines = ReturnType<typeof pipelinesOf>;

/** The pipelines that there are: built in, and added to the bucket. */
export function pipelinesOf(bucket: MediaBucket) {
  async function readDocument<Schema extends z.ZodType>(key: string, schema: Schema) {
    const bytes = await readObject(bucket, key);
    return bytes && schema.parse(JSON.parse(bytes.toString()));
  }

  return {
    async find(pipelineId: string): Promise<Pipeline | undefined> {
      const builtIn = builtInPipelines.find(({ pipeline_id }) => pipeline_id === pipelineId);
      if (builtIn || !PipelineId.safeParse(pipelineId).success) return builtIn;
      return readDocument(keys.pipeline(pipelineId), Pipeline);
    },

    async list(): Promise<readonly Pipeline[]> {
      const added: string[] = [];
      for await (const { key } of bucket.list(keys.pipelines)) {
        if (added.push(key) === limits.pipelinesMax) break;
      }
      const documents = await Promise.all(added.map((key) => readDocument(key, Pipeline)));
      return [...builtInPipelines, ...documents.filter((document) => document !== undefined)];
    },

    /** The decoder that a worker must know to run the pipeline. */
    async decoderOf({ model }: Pipeline): Promise<DecoderName | undefined> {
      const manifest =
        builtInManifests.find(({ file }) => file.sha256 === model.sha256) ??
        (await readDocument(keys.modelManifest(model), ModelManifest));
      return manifest?.output.decoder;
    },
  };
}
