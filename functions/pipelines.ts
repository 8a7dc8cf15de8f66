import type * as z from "zod";
import { keys } from "../contracts/keys.ts";
import { limits } from "../contracts/limits.ts";
import type { DecoderName } from "../contracts/model-output.ts";
import { ModelManifest } from "../contracts/model.ts";
import { Pipeline, PipelineId } from "../contracts/pipeline.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import { builtInManifests, builtInPipelines } from "../models/catalog.ts";
import { readObject } from "./read-object.ts";

/** An added pipeline; undefined when there is none of this id. */
export async function addedPipeline(
  bucket: MediaBucket,
  pipelineId: string,
): Promise<Pipeline | undefined> {
  return readDocument(bucket, keys.pipeline(pipelineId), Pipeline);
}

/** All of them, one after the other. */
export async function* addedPipelines(bucket: MediaBucket): AsyncGenerator<Pipeline> {
  for await (const { key } of bucket.list(keys.pipelines)) {
    const pipeline = await readDocument(bucket, key, Pipeline);
    if (pipeline) yield pipeline;
  }
}

async function readDocument<Schema extends z.ZodType>(
  bucket: MediaBucket,
  key: string,
  schema: Schema,
) {
  const bytes = await readObject(bucket, key);
  return bytes && schema.parse(JSON.parse(bytes.toString()));
}

export type Pipelines = ReturnType<typeof pipelinesOf>;

/** The pipelines that there are: built in, and added to the bucket. */
export function pipelinesOf(bucket: MediaBucket) {
  return {
    async find(pipelineId: string): Promise<Pipeline | undefined> {
      const builtIn = builtInPipelines.find(({ pipeline_id }) => pipeline_id === pipelineId);
      if (builtIn || !PipelineId.safeParse(pipelineId).success) return builtIn;
      return addedPipeline(bucket, pipelineId);
    },

    async list(): Promise<readonly Pipeline[]> {
      const added: string[] = [];
      for await (const { key } of bucket.list(keys.pipelines)) {
        if (added.push(key) === limits.pipelinesMax) break;
      }
      const documents = await Promise.all(added.map((key) => readDocument(bucket, key, Pipeline)));
      return [...builtInPipelines, ...documents.filter((document) => document !== undefined)];
    },

    /** The decoder that a worker must know to run the pipeline. */
    async decoderOf({ model }: Pipeline): Promise<DecoderName | undefined> {
      const manifest =
        builtInManifests.find(({ file }) => file.sha256 === model.sha256) ??
        (await readDocument(bucket, keys.modelManifest(model), ModelManifest));
      return manifest?.output.decoder;
    },
  };
}
