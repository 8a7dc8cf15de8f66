import { classColour } from "./colours.ts";
import { shownRows } from "./filter.ts";
import type { Session } from "./session.ts";

const rowsShownMax = 50;

/** What is on the picture, in words and numbers. */
export function FrameTable({ session }: { session: Session }) {
  const { table, frame, filter, manifest } = session;
  const { classes } = manifest.model;
  const rows = shownRows(table.value, frame.value, filter.value);
  const box = (row: number) =>
    [...table.value.box.subarray(4 * row, 4 * row + 4)].map(Math.round) as [
      number,
      number,
      number,
      number,
    ];

  return (
    <section class="panel" aria-labelledby="frame-title">
      <div class="panel-head">
        <h2 id="frame-title">On this frame</h2>
        <span class="quiet">{rows.length}</span>
      </div>
      {rows.length === 0 ? (
        <p class="quiet">{whyNone(session)}</p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Detections of this frame">
          <table class="frame-table">
            <thead>
              <tr>
                <th scope="col">Object</th>
                <th scope="col">Score</th>
                <th scope="col">Left, top</th>
                <th scope="col">Size</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, rowsShownMax).map((row) => {
                const classId = table.value.classId[row]!;
                const track = table.value.trackId[row]!;
                const [left, top, right, bottom] = box(row);
                return (
                  <tr key={row}>
                    <th scope="row">
                      <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                        <rect width="10" height="10" rx="2.5" fill={classColour(classId)} />
                      </svg>
                      {classes[classId] ?? classId}
                      {track > 0 && <span class="quiet"> {track}</span>}
                    </th>
                    <td>{table.value.score[row]!.toFixed(2)}</td>
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
      )}
    </section>
  );
}

function whyNone({ frame, complete }: Session): string {
  if (frame.value >= 0) return "Nothing that the filter leaves.";
  return complete.value ? "This picture was not analysed." : "Loading…";
}
