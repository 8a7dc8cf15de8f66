import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ExportFormat } from "../../contracts/exports/export-format.ts";
import { exportFormats, exportNames } from "../../contracts/exports/formats.ts";
import { Icon } from "../shell/icons.tsx";
import { Notice } from "../shell/notice.tsx";
import type { Exported } from "./make-export.ts";
import { makeExport } from "./make-export.ts";
import type { Session } from "../player/session.ts";

/** What the filter leaves, in words, and what stands out in a video. */
function shownInWords({ filter, followed, manifest }: Session, what: Exported): string {
  const { scoreMin, hidden } = filter.value;
  const { classes } = manifest.model;
  const shown = classes.filter((_, id) => !hidden.has(id));
  const which =
    shown.length === classes.length
      ? "all classes"
      : shown.length <= 3
        ? shown.join(", ")
        : `${shown.length} of ${classes.length} classes`;
  const standsOut =
    what === "video" && followed.value > 0 ? `; object ${followed.value} is followed` : "";
  return `score ${scoreMin.toFixed(2)} and up, ${which}${standsOut}`;
}

function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  // The browser reads it after the click; how soon, it does not say.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

interface Choice {
  readonly name: Exported;
  readonly title: string;
  /** Why it cannot be had of this result, or here. */
  readonly lacks?: string | false;
}

function choicesOf({ manifest }: Session): readonly Choice[] {
  const hasNoTracks = manifest.settings.tracker === "none";
  const formats = exportNames.map((name): Choice => {
    const { title, tracksOnly }: ExportFormat = exportFormats[name];
    return { name, title, lacks: hasNoTracks && tracksOnly === true && "needs tracks" };
  });
  const lacks = typeof VideoEncoder === "undefined" && "not in this browser";
  return [...formats, { name: "video", title: "Video with boxes (MP4)", lacks }];
}

/** Makes files of what the filter shows: for other programs, or to look at. */
export function ExportPanel({ session }: { session: Session }) {
  const { manifest, filter, complete } = session;
  const chosen = useSignal<Exported>("coco");
  const fraction = useSignal<number | undefined>(undefined);
  const fault = useSignal<unknown>(undefined);
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const run = async () => {
    const { signal } = (abort.current = new AbortController());
    [fraction.value, fault.value] = [0, undefined];
    try {
      const onProgress = (done: number) => (fraction.value = Math.min(1, done));
      const { name, content } = await makeExport(session, chosen.value, { signal, onProgress });
      save(content, name);
    } catch (error) {
      if (!signal.aborted) fault.value = error;
    } finally {
      fraction.value = undefined;
    }
  };

  const choices = choicesOf(session);
  const nothingShown = filter.value.hidden.size === manifest.model.classes.length;
  return (
    <section class="panel" aria-labelledby="export-title">
      <h2 id="export-title">Export</h2>
      <p class="quiet export-what">What is shown now: {shownInWords(session, chosen.value)}.</p>
      <div class="export-choice">
        <select
          aria-label="Format"
          disabled={fraction.value !== undefined}
          onChange={({ currentTarget }) =>
            (chosen.value = choices[currentTarget.selectedIndex]!.name)
          }
        >
          {choices.map(({ name, title, lacks }) => (
            <option key={name} selected={name === chosen.value} disabled={Boolean(lacks)}>
              {lacks ? `${title} – ${lacks}` : title}
            </option>
          ))}
        </select>
        {fraction.value === undefined ? (
          <button
            type="button"
            class="button"
            disabled={nothingShown || !complete.value}
            onClick={() => void run()}
          >
            <Icon name="download" />
            Export
          </button>
        ) : (
          <button type="button" class="button" onClick={() => abort.current?.abort()}>
            Stop
          </button>
        )}
      </div>
      {fraction.value !== undefined && (
        <p class="quiet export-progress">
          <progress value={fraction.value} aria-label="Export" />
          {Math.floor(fraction.value * 100)} %
          {chosen.value === "video" && ", while this page is open"}
        </p>
      )}
      {nothingShown && <p class="quiet">No class is shown.</p>}
      {fault.value !== undefined && <Notice error={fault.value} />}
    </section>
  );
}
