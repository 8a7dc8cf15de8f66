import type { Session } from "../player/session.ts";
import { ObjectRow, ObjectTable } from "./object-table.tsx";

const rowsShownMax = 50;
const label = "Detections of this frame";

/** The shown detections of the picture, by their rows in the table. */
export function FrameTable({ session, rows }: { session: Session; rows: readonly number[] }) {
  const { box, classId, score, trackId } = session.table.value;
  if (rows.length === 0) return <p class="quiet">{whyNone(session)}</p>;

  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <ObjectTable session={session} label={label} columns={["Score", "Left, top", "Size"]}>
        {rows.slice(0, rowsShownMax).map((row) => {
          const [left = 0, top = 0, right = 0, bottom = 0] = [
            ...box.subarray(4 * row, 4 * row + 4),
          ].map(Math.round);
          return (
            <ObjectRow
              key={row}
              session={session}
              classId={classId[row]!}
              trackId={trackId[row]!}
              rowOf={() => row}
              cells={[
                score[row]!.toFixed(2),
                `${left}, ${top}`,
                `${right - left} × ${bottom - top}`,
              ]}
            />
          );
        })}
      </ObjectTable>
      {rows.length > rowsShownMax && <p class="quiet">and {rows.length - rowsShownMax} more</p>}
    </div>
  );
}

function whyNone({ frame, complete }: Session): string {
  if (frame.value >= 0) return "Nothing that the filter leaves.";
  return complete.value ? "This picture was not analysed." : "Loading…";
}
