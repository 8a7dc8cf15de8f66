import type { AddModelResponse } from "../../contracts/api.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import type { Pipeline } from "../../contracts/pipeline.ts";
import type { MediaBucket, MediaSigner } from "../../contracts/ports/media-bucket.ts";
import { builtInPipelines, modelOf, pipelineDefaults } from "../../models/catalog.ts";
import type { RouteRequest } from "./route-request.ts";
import { signedRequestView } from "./signed-request-view.ts";

export interface AddModelDependencies {
  readonly bucket: MediaBucket;
  readonly signer: MediaSigner;
}

/** Registers a model and the pipeline of its name, and says where to put the file. Of a built-in model only the file is taken. */
export function addModel({ bucket, signer }: AddModelDependencies) {
  return async ({
    body: { manifest },
  }: Pick<RouteRequest<"addModel">, "body">): Promise<AddModelResponse> => {
    const { name, file } = manifest;
    refuseUnusable(manifest);

    const builtIn = builtInPipelines.find(({ model }) => model.sha256 === file.sha256);
    if (!builtIn) {
      // The manifest first: a pipeline without one could not run.
      await store(bucket, keys.modelManifest(file.sha256), manifest);
      await store(bucket, keys.pipeline(name), pipelineOf(manifest));
    }

    const key = keys.modelFile(file.sha256);
    const upload = (await bucket.head(key))
      ? null
      : await signer.put(key, {
          sizeBytes: file.size_bytes,
          contentType: "application/octet-stream",
          sha256: file.sha256,
        });
    return {
      name,
      sha256: file.sha256,
      pipeline_id: builtIn?.pipeline_id ?? name,
      upload: upload && signedRequestView(upload),
    };
  };
}

function refuseUnusable({ name, file }: ModelManifest): void {
  if (file.size_bytes > limits.modelBytesMax) {
    throw new PermanentError(
      "MODEL_INVALID",
      `file.size_bytes: ${file.size_bytes}; at most ${limits.modelBytesMax} are taken`,
    );
  }
  const namesake = builtInPipelines.find(({ pipeline_id }) => pipeline_id === name);
  if (namesake && namesake.model.sha256 !== file.sha256) {
    throw new PermanentError("MODEL_INVALID", `name: ${name} is the name of a built-in pipeline`);
  }
}

const pipelineOf = (manifest: ModelManifest): Pipeline => ({
  pipeline_id: manifest.name,
  title: manifest.name,
  description: manifest.description ?? `${manifest.family}, version ${manifest.version}`,
  model: modelOf(manifest),
  ...pipelineDefaults,
  built_in: false,
});

const store = (bucket: MediaBucket, key: string, document: unknown): Promise<void> =>
  bucket.replace(key, Buffer.from(JSON.stringify(document)), { contentType: "application/json" });
