import type { Session } from "../player/session.ts";
import { clock, count } from "../words/format.ts";
import { ObjectName } from "./object-name.tsx";
import { rowOfTrack } from "./tracks.ts";
import type { Track } from "./tracks.ts";

const tracksShownMax = 200;

/** Every object of the video: when it is there, and how surely. */
export function TrackTable({ session, tracks }: { session: Session; tracks: readonly Track[] }) {
  const { pointed, followed, filter, frame } = session;
  const table = session.table.value;
  if (tracks.length === 0) {
    const isHere = session.complete.value;
    return <p class="quiet">{isHere ? "No object that the filter leaves." : "Loading…"}</p>;
  }
  const point = (trackId: number) =>
    (pointed.value = rowOfTrack(table, frame.peek(), filter.peek(), trackId));
  // Tenths of an hour's video would not fit beside each other.
  const decimals = session.durationSeconds < 3600 ? 1 : 0;
  const time = (at: number) => clock(table.t[at]!, decimals);

  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Objects of the whole video">
      <table class="object-table">
        <thead>
          <tr>
            <th scope="col">Object</th>
            <th scope="col">Best</th>
            <th scope="col">From – to</th>
            <th scope="col">Frames</th>
          </tr>
        </thead>
        <tbody onPointerLeave={() => (pointed.value = -1)}>
          {tracks.slice(0, tracksShownMax).map(({ trackId, classId, ...track }) => (
            <tr
              key={trackId}
              data-followed={trackId === followed.value}
              onPointerEnter={() => point(trackId)}
            >
              <th scope="row">
                <ObjectName session={session} classId={classId} trackId={trackId} />
              </th>
              <td>{track.bestScore.toFixed(2)}</td>
              <td>
                {time(track.first)} – {time(track.last)}
              </td>
              <td>{count(track.frames)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {tracks.length > tracksShownMax && (
        <p class="quiet">and {count(tracks.length - tracksShownMax)} that are seen less</p>
      )}
    </div>
  );
}
