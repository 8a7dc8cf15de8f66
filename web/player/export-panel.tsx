import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ExportFormat } from "../../contracts/exports/export-format.ts";
import type { ExportName } from "../../contracts/exports/formats.ts";
import { exportFormats, exportNames } from "../../contracts/exports/formats.ts";
import { Icon } from "../shell/icons.tsx";
import { Notice } from "../shell/notice.tsx";
import { artifactNames } from "./artifact-names.ts";
import { exportResult } from "./export-result.ts";
import type { Session } from "./session.ts";

/** What the filter leaves, in words. */
function shownInWords({ filter, manifest }: Session): string {
  const { scoreMin, hidden } = filter.value;
  const { classes } = manifest.model;
  const shown = classes.filter((_, id) => !hidden.has(id));
  const which =
    shown.length === classes.length
      ? "all classes"
      : shown.length <= 3
        ? shown.join(", ")
        : `${shown.length} of ${classes.length} classes`;
  return `score ${scoreMin.toFixed(2)} and up, ${which}`;
}

function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  // The browser reads it after the click; how soon, it does not say.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Writes what the filter shows in the format of another program. */
export function ExportPanel({ session }: { session: Session }) {
  const { files, manifest, filter } = session;
  const chosen = useSignal<ExportName>("coco");
  const fraction = useSignal<number | undefined>(undefined);
  const fault = useSignal<unknown>(undefined);
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const run = async () => {
    const { signal } = (abort.current = new AbortController());
    const format: ExportFormat = exportFormats[chosen.value];
    const { scoreMin, hidden } = filter.value;
    [fraction.value, fault.value] = [0, undefined];
    try {
      const { body } = await files.read(artifactNames.detections, signal);
      const { name, content } = await exportResult({
        manifest,
        detections: body!,
        format,
        choice: {
          scoreMin,
          classes: manifest.model.classes.filter((_, id) => !hidden.has(id)),
          tracksOnly: format.tracksOnly,
        },
        onFrames: (count) =>
          (fraction.value = count / Math.max(1, manifest.summary.frames_analysed)),
      });
      save(content, name);
    } catch (error) {
      if (!signal.aborted) fault.value = error;
    } finally {
      fraction.value = undefined;
    }
  };

  const withoutTracks = manifest.settings.tracker === "none";
  const nothingShown = filter.value.hidden.size === manifest.model.classes.length;
  return (
    <section class="panel" aria-labelledby="export-title">
      <h2 id="export-title">Export</h2>
      <p class="quiet export-what">For another program, as shown now: {shownInWords(session)}.</p>
      <div class="export-choice">
        <select
          aria-label="Format"
          onChange={({ currentTarget }) =>
            (chosen.value = exportNames[currentTarget.selectedIndex]!)
          }
        >
          {exportNames.map((name) => {
            const format: ExportFormat = exportFormats[name];
            const impossible = withoutTracks && format.tracksOnly === true;
            return (
              <option
                key={name}
                value={name}
                selected={name === chosen.value}
                disabled={impossible}
              >
                {format.title}
                {impossible && " (needs tracks)"}
              </option>
            );
          })}
        </select>
        <button
          type="button"
          class="button"
          disabled={nothingShown || fraction.value !== undefined}
          onClick={() => void run()}
        >
          <Icon name="download" />
          {fraction.value === undefined ? "Export" : `${Math.floor(fraction.value * 100)} %`}
        </button>
      </div>
      {nothingShown && <p class="quiet">No class is shown.</p>}
      {fault.value !== undefined && <Notice error={fault.value} />}
    </section>
  );
}
