import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { framesOfTrack } from "../objects/tracks.ts";
import { rowsOf } from "../player/filter.ts";
import { seek } from "../player/playback.ts";
import type { Session } from "../player/session.ts";
import { clock } from "../words/format.ts";
import { drawLanes } from "./draw-lanes.ts";
import { FoldedLanes } from "./folded-lanes.tsx";
import { LaneNames } from "./lane-names.tsx";
import { framesPerBin, laneCounts, laneTotal, perFrame } from "./lanes.ts";
import { Peek } from "./peek.tsx";

/** The picture's objects in words: "7 player, 1 ball". */
function objectsInWords({ table, frame, filter, manifest }: Session): string {
  const counts = new Map<number, number>();
  for (const row of rowsOf(table.value, frame.value, filter.value)) {
    const classId = table.value.classId[row]!;
    counts.set(classId, (counts.get(classId) ?? 0) + 1);
  }
  const words = [...counts].map(([id, number]) => `${number} ${manifest.model.classes[id] ?? id}`);
  return words.length === 0 ? "nothing shown" : words.join(", ");
}

/** Where the followed object is, as a lane above those of the classes. */
function followedLane(session: Session, frames: Uint32Array, holdBins: number) {
  const { filter, timeline, manifest } = session;
  const [table, trackId] = [session.table.value, session.followed.value];
  if (trackId === 0) return [];
  const lane = framesOfTrack(table, filter.value, trackId, timeline);
  const classId = table.classId[table.trackId.indexOf(trackId)] ?? 0;
  const label = `${manifest.model.classes[classId] ?? "object"} ${trackId}`;
  const perBin = perFrame(lane, frames, holdBins);
  return [{ classId, trackId, label, perFrame: perBin, total: laneTotal(lane) }];
}

/** Pixels from the frame's left edge to a place on the canvas. */
function leftOf(part: number, canvas: HTMLElement, frame: HTMLElement): number {
  const { left, width } = canvas.getBoundingClientRect();
  return left + part * width - frame.getBoundingClientRect().left;
}

const sum = (counts: readonly number[]) => counts.reduce((total, value) => total + value, 0);

/** One lane per class over the whole video: how many there are when. A click or a key goes there. */
export function TimelineLanes({ session }: { session: Session }) {
  const { timeline, filter, durationSeconds } = session;
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const hover = useSignal<number | null>(null);
  const focused = useSignal(false);

  // The most frequent on top, whatever is filtered.
  const ordered = useMemo(
    () => timeline.classes.toSorted((a, b) => sum(b.counts) - sum(a.counts)),
    [timeline],
  );
  const frames = useComputed(() =>
    // Until the detections are here, one frame per bin is as good a guess as any.
    session.complete.value
      ? framesPerBin(session.table.value.t, timeline)
      : new Uint32Array(timeline.bins).fill(1),
  );
  const holdBins = useComputed(
    () => (1.5 * session.clock.value.stepSeconds) / timeline.bin_seconds,
  );
  const lanes = useComputed(() =>
    ordered.map(({ class_id, label, counts }) => {
      const lane = laneCounts(counts, timeline.bins, filter.value.scoreMin);
      return {
        classId: class_id,
        label,
        perFrame: perFrame(lane, frames.value, holdBins.value),
        total: laneTotal(lane),
      };
    }),
  );

  const unfolded = useSignal(false);
  const empty = useComputed(() => lanes.value.filter(({ total }) => total === 0));
  const followed = useComputed(() => followedLane(session, frames.value, holdBins.value));
  const shown = useComputed(() => [
    ...followed.value,
    ...(unfolded.value ? lanes.value : lanes.value.filter(({ total }) => total > 0)),
  ]);

  useEffect(() => {
    const element = canvas.current!;
    const draw = () =>
      drawLanes(element, {
        lanes: shown.value,
        hidden: filter.value.hidden,
        startSeconds: timeline.start,
        binSeconds: timeline.bin_seconds,
        durationSeconds,
        atSeconds: session.time.value,
        hoverSeconds: hover.value,
      });
    const stop = effect(draw);
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => {
      stop();
      observer.disconnect();
    };
  }, [session]);

  const secondsAt = ({ clientX }: PointerEvent) => {
    const { left, width } = canvas.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / width)) * durationSeconds;
  };
  const down = (event: PointerEvent) => {
    canvas.current!.setPointerCapture(event.pointerId);
    seek(session, secondsAt(event));
  };
  const move = (event: PointerEvent) => {
    hover.value = secondsAt(event);
    if (canvas.current!.hasPointerCapture(event.pointerId)) seek(session, hover.value);
  };
  const key = (event: KeyboardEvent) => {
    const { value } = session.time;
    const to: Readonly<Record<string, number>> = {
      ArrowLeft: value - 1,
      ArrowDown: value - 1,
      ArrowRight: value + 1,
      ArrowUp: value + 1,
      PageDown: value - 10,
      PageUp: value + 10,
      Home: 0,
      End: durationSeconds,
    };
    const seconds = to[event.key];
    if (seconds === undefined) return;
    event.preventDefault();
    seek(session, seconds);
  };

  const pointed = hover.value ?? (focused.value ? session.time.value : null);
  return (
    <div class="lanes-frame" ref={frame}>
      <div class="lanes">
        <LaneNames session={session} lanes={shown.value} />
        <div class="lane-chart">
          <canvas
            ref={canvas}
            class="lane-canvas"
            style={{ height: `${Math.max(1, shown.value.length) * 32}px` }}
            role="slider"
            tabIndex={0}
            aria-label="Place in the video"
            aria-valuemin={0}
            aria-valuemax={durationSeconds}
            aria-valuenow={Math.round(session.time.value * 100) / 100}
            aria-valuetext={`${clock(session.time.value)} of ${clock(durationSeconds)}, ${objectsInWords(session)}`}
            onPointerDown={down}
            onPointerMove={move}
            onPointerLeave={() => (hover.value = null)}
            onKeyDown={key}
            onFocus={({ currentTarget }) =>
              // A click focuses, too; the pointer then says what is meant.
              (focused.value = currentTarget.matches(":focus-visible"))
            }
            onBlur={() => (focused.value = false)}
          />
        </div>
        <FoldedLanes lanes={empty.value} unfolded={unfolded} />
        {lanes.value.length === 0 && <p class="lanes-empty">Nothing was found in this video.</p>}
      </div>
      {pointed !== null && (
        <Peek
          files={session.files}
          seconds={pointed}
          left={leftOf(pointed / durationSeconds, canvas.current!, frame.current!)}
        />
      )}
    </div>
  );
}
