import type { Session } from "../player/session.ts";
import { clock, count } from "../words/format.ts";
import { ObjectRow, ObjectTable } from "./object-table.tsx";
import { rowOfTrack } from "./tracks.ts";
import type { Track } from "./tracks.ts";

const tracksShownMax = 200;
const label = "Objects of the whole video";

/** Every object of the video: when it is there, and how surely. */
export function TrackTable({ session, tracks }: { session: Session; tracks: readonly Track[] }) {
  const { filter, frame } = session;
  const table = session.table.value;
  if (tracks.length === 0) {
    const isHere = session.complete.value;
    return <p class="quiet">{isHere ? "No object that the filter leaves." : "Loading…"}</p>;
  }
  // Tenths of an hour's video would not fit beside each other.
  const decimals = session.durationSeconds < 3600 ? 1 : 0;
  const time = (at: number) => clock(table.t[at]!, decimals);

  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <ObjectTable session={session} label={label} columns={["Best", "From – to", "Frames"]}>
        {tracks.slice(0, tracksShownMax).map(({ trackId, classId, ...track }) => (
          <ObjectRow
            key={trackId}
            session={session}
            classId={classId}
            trackId={trackId}
            rowOf={() => rowOfTrack(table, frame.peek(), filter.peek(), trackId)}
            cells={[
              track.bestScore.toFixed(2),
              `${time(track.first)} – ${time(track.last)}`,
              count(track.frames),
            ]}
          />
        ))}
      </ObjectTable>
      {tracks.length > tracksShownMax && (
        <p class="quiet">and {count(tracks.length - tracksShownMax)} that are seen less</p>
      )}
    </div>
  );
}
