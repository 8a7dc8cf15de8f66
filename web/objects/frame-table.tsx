import type { Session } from "../player/session.ts";
import { ObjectName } from "./object-name.tsx";

const rowsShownMax = 50;

/** The shown detections of the picture, by their rows in the table; the one that is pointed at stands out on it. */
export function FrameTable({ session, rows }: { session: Session; rows: readonly number[] }) {
  const { pointed, followed } = session;
  const table = session.table.value;
  if (rows.length === 0) return <p class="quiet">{whyNone(session)}</p>;

  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Detections of this frame">
      <table class="object-table">
        <thead>
          <tr>
            <th scope="col">Object</th>
            <th scope="col">Score</th>
            <th scope="col">Left, top</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody onPointerLeave={() => (pointed.value = -1)}>
          {rows.slice(0, rowsShownMax).map((row) => {
            const [left = 0, top = 0, right = 0, bottom = 0] = [
              ...table.box.subarray(4 * row, 4 * row + 4),
            ].map(Math.round);
            const trackId = table.trackId[row]!;
            return (
              <tr
                key={row}
                data-followed={trackId > 0 && trackId === followed.value}
                onPointerEnter={() => (pointed.value = row)}
              >
                <th scope="row">
                  <ObjectName session={session} classId={table.classId[row]!} trackId={trackId} />
                </th>
                <td>{table.score[row]!.toFixed(2)}</td>
                <td>
                  {left}, {top}
                </td>
                <td>
                  {right - left} × {bottom - top}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > rowsShownMax && <p class="quiet">and {rows.length - rowsShownMax} more</p>}
    </div>
  );
}

function whyNone({ frame, complete }: Session): string {
  if (frame.value >= 0) return "Nothing that the filter leaves.";
  return complete.value ? "This picture was not analysed." : "Loading…";
}
