import { createHash } from "node:crypto";
import type { AddModelResponse } from "../../contracts/api.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import type { Pipeline } from "../../contracts/pipeline.ts";
import type { MediaBucket, MediaSigner } from "../../contracts/ports/media-bucket.ts";
import { builtInPipelines, modelOf, pipelineDefaults } from "../../models/catalog.ts";
import { addedPipeline } from "../pipelines.ts";
import { readObject } from "../read-object.ts";
import type { RouteRequest } from "./route-request.ts";
import { signedRequestView } from "./signed-request-view.ts";

export interface AddModelDependencies {
  readonly bucket: MediaBucket;
  readonly signer: MediaSigner;
}

/** Registers a model and the pipeline of its name, and says where to put the file. Of a built-in model only the file is taken. */
export function addModel({ bucket, signer }: AddModelDependencies) {
  return async ({
    body: { manifest, replace = false },
  }: Pick<RouteRequest<"addModel">, "body">): Promise<AddModelResponse> => {
    const { name, file } = manifest;
    refuseUnusable(manifest);

    const builtIn = builtInPipelines.find(({ model }) => model.sha256 === file.sha256);
    const replaced = builtIn ? undefined : await storePipeline(bucket, manifest, { replace });

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
      ...(replaced && { replaced: { sha256: replaced.sha256 } }),
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

/** Makes the pipeline of the manifest's name; one that is there already is changed only by who says so. Gives what it replaced. */
async function storePipeline(
  bucket: MediaBucket,
  manifest: ModelManifest,
  { replace }: { readonly replace: boolean },
): Promise<Pipeline["model"] | undefined> {
  const { name, file } = manifest;
  const text = JSON.stringify(manifest);
  const there = (await addedPipeline(bucket, name))?.model;
  if (there) {
    const known = await readObject(bucket, keys.modelManifest(there));
    if (known?.toString() === text) return undefined;
    if (!replace) {
      throw new PermanentError(
        "MODEL_NAME_TAKEN",
        there.sha256 === file.sha256
          ? `Pipeline ${name} reads the same file by another manifest.`
          : `Pipeline ${name} runs another file, of sha256 ${there.sha256}.`,
      );
    }
  }
  const own = createHash("sha256").update(text).digest("hex");
  const key = keys.modelManifest({ sha256: file.sha256, manifest_sha256: own });
  // The manifest first: a pipeline without one could not run.
  await store(bucket, key, text);
  const pipeline = JSON.stringify(pipelineOf(manifest, own));
  if (there) await bucket.replace(keys.pipeline(name), Buffer.from(pipeline), asJson);
  else await store(bucket, keys.pipeline(name), pipeline);
  return there;
}

const pipelineOf = (manifest: ModelManifest, own: string): Pipeline => ({
  pipeline_id: manifest.name,
  title: manifest.name,
  description: manifest.description ?? `${manifest.family}, version ${manifest.version}`,
  model: { ...modelOf(manifest), manifest_sha256: own },
  ...pipelineDefaults,
  built_in: false,
});

const asJson = { contentType: "application/json" };

/** Never over another. */
const store = (bucket: MediaBucket, key: string, text: string): Promise<void> =>
  bucket.create(key, Buffer.from(text), {
    ...asJson,
    sha256: createHash("sha256").update(text).digest("hex"),
  });
