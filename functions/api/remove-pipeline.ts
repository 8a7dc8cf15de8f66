import { PermanentError } from "../../contracts/errors.ts";
import { keys } from "../../contracts/keys.ts";
import { PipelineId } from "../../contracts/pipeline.ts";
import type { MediaBucket } from "../../contracts/ports/media-bucket.ts";
import { builtInPipelines } from "../../models/catalog.ts";
import { addedPipeline, addedPipelines } from "../pipelines.ts";
import type { RouteRequest } from "./route-request.ts";

/**
 * Removes an added pipeline, and its model's file where no other pipeline runs it. Jobs that have not begun fail with
 * PIPELINE_UNKNOWN; results stay.
 */
export const removePipeline =
  ({ bucket }: { readonly bucket: MediaBucket }) =>
  async ({ pipelineId }: Pick<RouteRequest<"removePipeline">, "pipelineId">): Promise<void> => {
    if (builtInPipelines.some(({ pipeline_id }) => pipeline_id === pipelineId)) {
      throw new PermanentError("PIPELINE_BUILT_IN", `${pipelineId} cannot be removed.`);
    }
    const id = PipelineId.safeParse(pipelineId);
    const pipeline = id.success ? await addedPipeline(bucket, id.data) : undefined;
    if (!pipeline) {
      throw new PermanentError("PIPELINE_NOT_FOUND", `There is no pipeline ${pipelineId}.`);
    }
    // The pipeline first: whoever adds the same file from now on is seen here, or sees that it is gone.
    await bucket.remove(keys.pipeline(pipeline.pipeline_id));
    const { sha256 } = pipeline.model;
    if (!(await isRun(bucket, sha256))) await bucket.removeAll(keys.modelFolder(sha256));
  };

/** Whether any pipeline runs this file. */
async function isRun(bucket: MediaBucket, sha256: string): Promise<boolean> {
  if (builtInPipelines.some(({ model }) => model.sha256 === sha256)) return true;
  for await (const { model } of addedPipelines(bucket)) if (model.sha256 === sha256) return true;
  return false;
}
