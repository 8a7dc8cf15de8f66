import { useComputed, useSignal } from "@preact/signals";
import type { Session } from "../player/session.ts";
import { rowsOf } from "../player/filter.ts";
import { count } from "../words/format.ts";
import { FrameTable } from "./frame-table.tsx";
import { TrackTable } from "./track-table.tsx";
import { tracksOf } from "./tracks.ts";

/** What is on the picture, or in the whole video, in words and numbers; each object can be followed. */
export function ObjectsPanel({ session }: { session: Session }) {
  const { table, frame, filter, manifest } = session;
  const whole = useSignal(false);
  const rows = useComputed(() => rowsOf(table.value, frame.value, filter.value));
  // Only computed where it is shown: a long video has millions of rows.
  const tracks = useComputed(() => (whole.value ? tracksOf(table.value, filter.value) : []));
  const hasTracks = manifest.settings.tracker !== "none";

  return (
    <section class="panel" aria-labelledby="objects-title">
      <div class="panel-head">
        <h2 id="objects-title">Objects</h2>
        <span class="quiet">{count(whole.value ? tracks.value.length : rows.value.length)}</span>
      </div>
      {hasTracks && (
        <div class="segments" role="group" aria-label="Objects of">
          {[false, true].map((isWhole) => (
            <button
              key={String(isWhole)}
              type="button"
              aria-pressed={whole.value === isWhole}
              onClick={() => (whole.value = isWhole)}
            >
              {isWhole ? "The whole video" : "This frame"}
            </button>
          ))}
        </div>
      )}
      {whole.value ? (
        <TrackTable session={session} tracks={tracks.value} />
      ) : (
        <FrameTable session={session} rows={rows.value} />
      )}
    </section>
  );
}
