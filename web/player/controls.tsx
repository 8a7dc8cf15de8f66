import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { Icon } from "../shell/icons.tsx";
import { clock, count } from "../words/format.ts";
import { rowsOf } from "./filter.ts";
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

function Sound({ session }: { session: Session }) {
  const muted = useSignal(false);
  if (!session.manifest.video.has_audio) return null;
  const toggle = () => {
    muted.value = !muted.value;
    if (session.video.value !== null) session.video.value.muted = muted.value;
  };
  return (
    <button type="button" class="control" aria-pressed={!muted.value} onClick={toggle}>
      Sound
    </button>
  );
}

const speeds = [0.1, 0.25, 0.5, 1, 2, 4] as const;

function Speed({ session }: { session: Session }) {
  const choose = ({ currentTarget }: { currentTarget: HTMLSelectElement }) => {
    if (session.video.value === null) return;
    const speed = Number(currentTarget.value);
    session.video.value.playbackRate = speed;
    // What it falls back to when a link is renewed.
    session.video.value.defaultPlaybackRate = speed;
  };
  return (
    <select class="control speed" aria-label="Speed" onChange={choose}>
      {speeds.map((speed) => (
        <option key={speed} value={speed} selected={speed === 1}>
          {speed} ×
        </option>
      ))}
    </select>
  );
}

/** Where the picture is in the video, and how much of what was found on it is shown. */
function Place({ session }: { session: Session }) {
  const { table, frame, filter, time, durationSeconds } = session;
  const at = frame.value;
  const stored = at < 0 ? 0 : table.value.first[at + 1]! - table.value.first[at]!;
  const shown = rowsOf(table.value, at, filter.value).length;
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

/**
 * Steps, play and switches under the picture. The browser's own controls would lie over its lower edge, and over
 * the boxes there, for as long as it is paused.
 */
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
        <Icon name="back1" />
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
        <Icon name="on1" />
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
        <Sound session={session} />
        <Speed session={session} />
        <Help session={session} />
        <button type="button" class="control" aria-label="Full screen" onClick={onFullScreen}>
          <Icon name="full" />
        </button>
      </span>
    </div>
  );
}
