import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Pipeline } from "../../contracts/pipeline.ts";
import { listPipelines } from "../api/calls.ts";
import { goTo } from "../location.ts";
import { jobHref } from "../route.ts";
import { Notice } from "../shell/notice.tsx";
import { DropZone } from "./drop-zone.tsx";
import { PipelineChoice } from "./pipeline-choice.tsx";
import { UploadItem } from "./upload-item.tsx";
import { uploads } from "./upload-state.ts";
import { beginUpload } from "./uploads.ts";

/** Everything that a new job needs: a pipeline, a video, and a look at what is on its way. */
export function UploadPanel() {
  const pipelines = useSignal<readonly Pipeline[] | undefined>(undefined);
  const chosen = useSignal<string | undefined>(undefined);
  const fault = useSignal<unknown>(undefined);
  const busy = useSignal(false);

  async function look() {
    fault.value = undefined;
    try {
      pipelines.value = (await listPipelines()).pipelines;
      chosen.value ??= pipelines.value[0]?.pipeline_id;
    } catch (error) {
      fault.value = error;
    }
  }
  useEffect(() => void look(), []);

  async function begin(files: readonly File[]) {
    if (busy.value) return;
    busy.value = true;
    fault.value = undefined;
    try {
      // A file can be dropped before the pipelines are here.
      if (chosen.value === undefined) await look();
      const pipelineId = chosen.value;
      if (pipelineId === undefined) return;
      for (const file of files) {
        const jobId = await beginUpload(file, pipelineId);
        // One video: its own page shows all that follows.
        if (files.length === 1) goTo({ name: "job", jobId, view: {} });
      }
    } catch (error) {
      fault.value = error;
    } finally {
      busy.value = false;
    }
  }

  return (
    <section class="begin" aria-labelledby="begin-title">
      <h1 id="begin-title">See what is in a video</h1>
      <DropZone busy={busy.value} onFiles={(files) => void begin(files)} />
      <PipelineChoice pipelines={pipelines.value} chosen={chosen} />
      {fault.value !== undefined && (
        <Notice
          error={fault.value}
          {...(pipelines.value === undefined ? { onRetry: () => void look() } : {})}
        />
      )}
      {[...uploads.value.values()].map((upload) => (
        <UploadItem
          key={upload.pending.jobId}
          upload={upload}
          link={jobHref(upload.pending.jobId)}
        />
      ))}
    </section>
  );
}
