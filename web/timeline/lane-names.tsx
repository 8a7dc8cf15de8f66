import type { Filter } from "../player/filter.ts";
import { showAllClasses, showOnlyClass, toggleClass } from "../player/playback.ts";
import type { Session } from "../player/session.ts";
import { Swatch } from "../player/swatch.tsx";
import { count } from "../words/format.ts";

export interface NamedLane {
  readonly classId: number;
  /** The track that is followed, whose lane it is; else it is that of a class. */
  readonly trackId?: number;
  readonly label: string;
  /** Detections that are shown. */
  readonly total: number;
}

function FollowedName({ session, lane }: { session: Session; lane: NamedLane }) {
  const { classId, label } = lane;
  return (
    <li class="lane-row lane-followed">
      <Swatch classId={classId} />
      <span class="clip" title={label}>
        {label}
      </span>
      <button
        type="button"
        class="lane-only"
        aria-label={`Stop following ${label}`}
        onClick={() => (session.followed.value = 0)}
      >
        stop
      </button>
    </li>
  );
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
      {lanes.map((lane) => {
        const { classId, label, total } = lane;
        if (lane.trackId !== undefined) {
          return <FollowedName key="followed" session={session} lane={lane} />;
        }
        const alone = isAlone(classId, filter, classes);
        return (
          <li key={classId} class="lane-row">
            <label class="lane-name">
              <input
                type="checkbox"
                checked={!filter.hidden.has(classId)}
                onChange={() => toggleClass(session, classId)}
              />
              <Swatch classId={classId} />
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
