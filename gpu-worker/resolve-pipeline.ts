import { PermanentError } from "../contracts/errors.ts";
import type { JobRow } from "../contracts/job.ts";
import { keys } from "../contracts/keys.ts";
import { ModelManifest } from "../contracts/model.ts";
import {
  Pipeline,
  type JobOptions,
  type Sampling,
  type TrackerName,
} from "../contracts/pipeline.ts";
import type { Floors } from "./detector/decoders/decoder.ts";
import type { OverlapRule } from "./detector/nms.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import { readObject } from "./read-object.ts";

/** A pipeline as one job wants it. */
export interface Settings {
  readonly scoreMin: number;
  readonly scoreShown: number;
  /** Least scores of single classes, by name; they go before `scoreMin`. */
  readonly scoreMinByClass: Readonly<Record<string, number>>;
  readonly classes: readonly string[] | undefined;
  readonly overlap: OverlapRule;
  readonly sampling: Sampling;
  readonly timeRange: JobOptions["time_range"];
  readonly tracker: TrackerName;
  readonly require: Pipeline["require"];
  /** Whether a result may have gaps. */
  readonly partial: boolean;
}

export interface Catalog {
  readonly pipelines: readonly Pipeline[];
  readonly manifests: readonly ModelManifest[];
}

/** Finds the recipe that a job names, built in or added, and applies the job's own wishes. */
export async function resolvePipeline(
  { pipelineId, options }: Pick<JobRow, "pipelineId" | "options">,
  { catalog, bucket }: { catalog: Catalog; bucket: Pick<MediaBucket, "head" | "read"> },
): Promise<{ settings: Settings; model: ModelManifest }> {
  const pipeline =
    catalog.pipelines.find((each) => each.pipeline_id === pipelineId) ??
    Pipeline.parse(JSON.parse(await fromBucket(keys.pipeline(pipelineId))));
  const model =
    catalog.manifests.find(({ file }) => file.sha256 === pipeline.model.sha256) ??
    ModelManifest.parse(JSON.parse(await fromBucket(keys.modelManifest(pipeline.model))));

  async function fromBucket(key: string): Promise<string> {
    const text = await readObject(bucket, key);
    if (text !== undefined) return text;
    throw new PermanentError(
      "PIPELINE_UNKNOWN",
      `There is no pipeline "${pipelineId}" any more. Add its model again under this name, then retry the job.`,
    );
  }

  const settings = {
    scoreMin: options.score_min ?? pipeline.score_min,
    scoreShown: pipeline.score_shown,
    scoreMinByClass: { ...model.post.score_min_by_class, ...options.score_min_by_class },
    classes: options.classes,
    overlap: {
      nms: options.nms ?? model.post.nms,
      iou: options.iou ?? model.post.iou,
      max_detections: options.max_detections ?? model.post.max_detections,
    },
    sampling: options.sampling ?? pipeline.sampling,
    timeRange: options.time_range,
    tracker: options.tracker ?? pipeline.tracker,
    require: pipeline.require,
    partial: options.partial ?? pipeline.partial ?? true,
  };
  return { settings, model };
}

/**
 * What is kept of a model's answers: the least score of each class, Infinity for those that the job does not ask for, and
 * what becomes of boxes that overlap. Throws `CLASS_UNKNOWN` for a class that the model does not have.
 */
export function floorsOf(
  { classes }: Pick<ModelManifest, "classes">,
  {
    scoreMin,
    scoreMinByClass,
    classes: asked,
    overlap,
  }: Pick<Settings, "scoreMin" | "scoreMinByClass" | "classes" | "overlap">,
): Floors {
  const named = [...(asked ?? []), ...Object.keys(scoreMinByClass)];
  const unknown = named.find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new PermanentError("CLASS_UNKNOWN", `The model has no class "${unknown}".`);
  }
  const floors = Float32Array.from(classes, (name) =>
    !asked || asked.includes(name) ? (scoreMinByClass[name] ?? scoreMin) : Infinity,
  );
  return { scoreMin: floors, scoreMinAny: Math.min(...floors), overlap };
}
