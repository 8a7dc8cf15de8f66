import { ModelManifest } from "../contracts/model.ts";
import type { Pipeline } from "../contracts/pipeline.ts";
import coco from "./coco/manifest.json" with { type: "json" };
import pitch from "./pitch/manifest.json" with { type: "json" };

const manifests = { pitch: ModelManifest.parse(pitch), coco: ModelManifest.parse(coco) };

/** The models that every system has. */
export const builtInManifests: readonly ModelManifest[] = Object.values(manifests);

/** What a pipeline runs with where nobody said otherwise. */
export const pipelineDefaults = {
  /** Low, so that the page filters without a new run and the tracker follows what is hardly visible; it hides what is below `score_shown`. */
  score_min: 0.05,
  score_shown: 0.4,
  sampling: { mode: "every" },
  tracker: "byte-track",
  require: "any",
} as const satisfies Partial<Pipeline>;

/** The part of a manifest that a pipeline shows. */
export const modelOf = ({ name, file, classes }: ModelManifest): Pipeline["model"] => ({
  name,
  sha256: file.sha256,
  classes,
});

/** The pipelines that every system has. */
export const builtInPipelines: readonly Pipeline[] = [
  {
    pipeline_id: "pitch",
    title: "Players and ball",
    description: "Finds players and the ball on the synthetic pitch of the sample clip.",
    model: modelOf(manifests.pitch),
    ...pipelineDefaults,
    built_in: true,
  },
  {
    pipeline_id: "coco",
    title: "80 everyday things",
    description: "YOLOX-Nano on COCO: people, vehicles, animals and household things.",
    model: modelOf(manifests.coco),
    ...pipelineDefaults,
    built_in: true,
  },
];
