import type { Signal } from "@preact/signals";
import { Icon } from "../shell/icons.tsx";
import { clock, count } from "../words/format.ts";
import { shownRows } from "./filter.ts";
import { Help } from "./help.tsx";
import { step, stepToObjects, togglePlay } from "./playback.ts";
import type { Session } from "./session.ts";

function Toggle({ on, words }: { on: Signal<boolean>; words: string }) {
  return (
    <button
      type="button"
      class="control"
      aria-pressed={on.value}
      onClick={() => (on.value = !on.value)}
    >
      {words}
    </button>
  );
}

/** Where the picture is in the video, and how much of what was found on it is shown. */
function Place({ session }: { session: Session }) {
  const { table, frame, filter, time, durationSeconds } = session;
  const at = frame.value;
  const stored = at < 0 ? 0 : table.value.first[at + 1]! - table.value.first[at]!;
  const shown = shownRows(table.value, at, filter.value).length;
  return (
    <p class="place">
      <span class="place-time">{clock(time.value)}</span>
      <span class="place-quiet"> / {clock(durationSeconds)}</span>
      <span class="place-quiet place-frame">
        {at < 0 ? "not analysed here" : `frame ${count(table.value.frameIndex[at]!)}`}
      </span>
      {stored > 0 && (
        <span class="place-quiet">
          {shown} of {stored} shown
        </span>
      )}
    </p>
  );
}

/** Steps, play and switches under the picture. */
export function Controls({
  session,
  onFullScreen,
}: {
  session: Session;
  onFullScreen: () => void;
}) {
  return (
    <div class="controls" role="group" aria-label="Player">
      <button
        type="button"
        class="control"
        aria-label="Back to a frame with objects"
        onClick={() => stepToObjects(session, -1)}
      >
        <Icon name="previous" />
      </button>
      <button
        type="button"
        class="control"
        aria-label="One frame back"
        onClick={() => step(session, -1)}
      >
        −1
      </button>
      <button
        type="button"
        class="control control-main"
        aria-label={session.playing.value ? "Pause" : "Play"}
        onClick={() => togglePlay(session)}
      >
        <Icon name={session.playing.value ? "pause" : "play"} />
      </button>
      <button
        type="button"
        class="control"
        aria-label="One frame on"
        onClick={() => step(session, 1)}
      >
        +1
      </button>
      <button
        type="button"
        class="control"
        aria-label="On to a frame with objects"
        onClick={() => stepToObjects(session, 1)}
      >
        <Icon name="next" />
      </button>
      <Place session={session} />
      <span class="switches">
        <Toggle on={session.overlay} words="Boxes" />
        <Toggle on={session.labels} words="Labels" />
        <Help session={session} />
        <button type="button" class="control" aria-label="Full screen" onClick={onFullScreen}>
          <Icon name="full" />
        </button>
      </span>
    </div>
  );
}
