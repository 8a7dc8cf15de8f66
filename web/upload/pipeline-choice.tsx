import type { Signal } from "@preact/signals";
import type { Pipeline } from "../../contracts/pipeline.ts";
import { counted } from "../words/format.ts";

function classesInShort({ model }: Pipeline): string {
  const [named, more] = [model.classes.slice(0, 4).join(", "), model.classes.length - 4];
  return more > 0 ? `${named} and ${counted(more, "more class", "more classes")}` : named;
}

/** Which pipeline a new job gets. */
export function PipelineChoice({
  pipelines,
  chosen,
}: {
  pipelines: readonly Pipeline[] | undefined;
  chosen: Signal<string | undefined>;
}) {
  if (pipelines === undefined) return null;
  if (pipelines.length === 0) {
    return (
      <p>
        There is no pipeline yet. Add a model with <code>framequeue model add FILE</code>.
      </p>
    );
  }

  return (
    <fieldset class="pipelines">
      <legend>Look for</legend>
      {pipelines.map((pipeline) => (
        <label key={pipeline.pipeline_id} class="pipeline">
          <input
            type="radio"
            name="pipeline"
            value={pipeline.pipeline_id}
            checked={chosen.value === pipeline.pipeline_id}
            onChange={() => (chosen.value = pipeline.pipeline_id)}
          />
          <span class="pipeline-words">
            <span class="pipeline-title">
              {pipeline.title}
              {pipeline.require === "gpu" && <span class="tag">needs a GPU</span>}
            </span>
            <span class="quiet">{pipeline.description}</span>
            <span class="quiet pipeline-classes">{classesInShort(pipeline)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
