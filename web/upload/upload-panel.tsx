import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Pipeline } from "../../contracts/pipeline.ts";
import { listPipelines } from "../api/calls.ts";
import { goTo } from "../location.ts";
import { jobHref } from "../route.ts";
import { Notice } from "../shell/notice.tsx";
import { DropZone } from "./drop-zone.tsx";
import { optionsFrom, untouched } from "./option-fields.ts";
import { OptionsForm } from "./options-form.tsx";
import { PipelineChoice } from "./pipeline-choice.tsx";
import { UploadItem } from "./upload-item.tsx";
import { uploads } from "./upload-state.ts";
import { beginUpload } from "./uploads.ts";

/** Everything that a new job needs: a pipeline, a video, and a look at what is on its way. */
export function UploadPanel() {
  const pipelines = useSignal<readonly Pipeline[] | undefined>(undefined);
  const chosen = useSignal<string | undefined>(undefined);
  const fields = useSignal(untouched);
  /** A video was chosen while the options could not be used. */
  const refused = useSignal(false);
  const asked = optionsFrom(fields.value);
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
    fault.value = undefined;
    const wanted = optionsFrom(fields.value);
    refused.value = "wrong" in wanted;
    if ("wrong" in wanted) return;
    busy.value = true;
    try {
      // A file can be dropped before the pipelines are here.
      if (chosen.value === undefined) await look();
      const pipelineId = chosen.value;
      if (pipelineId === undefined) return;
      for (const file of files) {
        const jobId = await beginUpload(file, pipelineId, wanted.options);
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
      <OptionsForm fields={fields} />
      {refused.value && "wrong" in asked && (
        <div class="notice notice-bad" role="alert">
          <p class="notice-title">The video was not sent: an option cannot be used</p>
          <p>{asked.wrong} Then choose the video again.</p>
        </div>
      )}
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
