import { classColour } from "../player/colours.ts";
import type { Filter } from "../player/filter.ts";
import { showAllClasses, showOnlyClass, toggleClass } from "../player/playback.ts";
import type { Session } from "../player/session.ts";
import { count } from "../words/format.ts";

export interface NamedLane {
  readonly classId: number;
  readonly label: string;
  /** Detections at or above the score that is shown. */
  readonly total: number;
}

/** Whether this class is the only one of the model that is shown. */
const isAlone = (classId: number, { hidden }: Filter, classes: number): boolean =>
  classes > 1 && hidden.size === classes - 1 && !hidden.has(classId);

/** The classes beside their lanes: each can be switched off, or shown alone. */
export function LaneNames({ session, lanes }: { session: Session; lanes: readonly NamedLane[] }) {
  const filter = session.filter.value;
  const classes = session.manifest.model.classes.length;

  return (
    <ul class="lane-names" aria-label="Classes that are shown">
      {lanes.map(({ classId, label, total }) => {
        const alone = isAlone(classId, filter, classes);
        return (
          <li key={classId} class="lane-row">
            <label class="lane-name">
              <input
                type="checkbox"
                checked={!filter.hidden.has(classId)}
                onChange={() => toggleClass(session, classId)}
              />
              <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                <rect width="10" height="10" rx="2.5" fill={classColour(classId)} />
              </svg>
              <span class="clip" title={label}>
                {label}
              </span>
              <span class="lane-total">{count(total)}</span>
            </label>
            {classes > 1 && (
              <button
                type="button"
                class="lane-only"
                aria-label={alone ? "Show all classes" : `Show only ${label}`}
                onClick={() => (alone ? showAllClasses(session) : showOnlyClass(session, classId))}
              >
                {alone ? "all" : "only"}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
