import { batch } from "@preact/signals";
import { nextFrameWithObjects, onScale, scoreStep } from "./filter.ts";
import { frameAt, isShown, nextAfter, seekTime } from "./frame-clock.ts";
import type { Session } from "./session.ts";
import { rowOfTrack } from "../objects/tracks.ts";

/** The picture at `mediaTime` has come on the screen. */
export function onPicture(session: Session, mediaTime: number): void {
  batch(() => {
    session.time.value = mediaTime - session.offset.value;
    session.frame.value = frameAt(session.clock.value, session.time.value);
  });
}

/**
 * What a player's times are ahead of the results' times, by the time that it gives its first picture; undefined where that
 * says nothing. The first picture is the results' first frame, if that was analysed; whatever lies between their times
 * (an encoder's delay that the container hides, or a start that one counts from zero and the other does not) is the
 * same for all that follow. More than a second beyond either is no such thing: then the times are taken as they are.
 * A preview says itself where it begins.
 */
export function offsetOf(
  { table, manifest, previewStart }: Session,
  firstMediaTime: number,
): number | undefined {
  if (previewStart !== undefined) return firstMediaTime - previewStart;
  if (table.value.frames === 0 || table.value.frameIndex[0] !== 0) return undefined;
  const apart = firstMediaTime - table.value.t[0]!;
  const isNear = (known: number) => Math.abs(apart - known) < 1;
  return isNear(0) || isNear(manifest.video.start_time) ? apart : undefined;
}

/** Takes over what the first picture tells of the player's times. */
export function calibrate(session: Session, firstMediaTime: number): void {
  const found = offsetOf(session, firstMediaTime);
  if (found !== undefined) session.offset.value = found;
}

export function seek({ video, offset, durationSeconds, time }: Session, seconds: number): void {
  const to = Math.min(Math.max(0, seconds), durationSeconds);
  if (video.value === null) return;
  video.value.currentTime = to + offset.value;
  time.value = to;
}

// Keys come faster than seeks end: the next step starts where the last one leads, not where the picture still is.
const targets = new WeakMap<HTMLVideoElement, number>();

/** Goes to one of the analysed frames, by its position among them. */
export function showFrame(session: Session, index: number): void {
  const video = session.video.value;
  if (video === null || index < 0 || index >= session.table.value.frames) return;
  targets.set(video, index);
  seek(session, seekTime(session.clock.value, index));
}

/** The frame from which a step counts: where none is shown, the place between the two beside it. */
function stepsFrom({ video, frame, clock, time }: Session, direction: 1 | -1): number {
  const target = video.value?.seeking ? targets.get(video.value) : undefined;
  if (target !== undefined) return target;
  if (frame.value >= 0) return frame.value;
  const next = nextAfter(clock.value, time.value);
  return direction === 1 ? next - 1 : next;
}

/** One analysed frame on or back. */
export function step(session: Session, direction: 1 | -1): void {
  session.video.value?.pause();
  const { table, clock } = session;
  let next = stepsFrom(session, direction) + direction;
  while (next >= 0 && next < table.value.frames && !isShown(clock.value, next)) next += direction;
  showFrame(session, next);
}

/** On or back to the nearest frame on which the filter leaves something, or has what is followed. */
export function stepToObjects(session: Session, direction: 1 | -1): void {
  session.video.value?.pause();
  const from = stepsFrom(session, direction);
  showFrame(session, nextToShow(session, { from, direction, trackId: session.followed.value }));
}

/** Makes one object stand out, or no longer; goes to its first frame where it is not on the picture. */
export function follow(session: Session, trackId: number): void {
  const { table, frame, filter, followed } = session;
  followed.value = followed.value === trackId ? 0 : trackId;
  const isThere = rowOfTrack(table.value, frame.value, filter.value, trackId) >= 0;
  if (followed.value === 0 || isThere) return;
  showFrame(session, nextToShow(session, { from: -1, direction: 1, trackId }));
}

/** The nearest frame with objects that a player can show; `from` itself where there is none. */
function nextToShow(
  { table, filter, clock }: Session,
  { from, direction, trackId }: { from: number; direction: 1 | -1; trackId: number },
): number {
  for (let at = from; ;) {
    const next = nextFrameWithObjects(table.value, at, direction, filter.value, trackId);
    if (isShown(clock.value, next)) return next;
    if (next === at) return from;
    at = next;
  }
}

export function togglePlay({ video }: Session): void {
  if (video.value === null) return;
  // A play that the browser refuses leaves the picture as it is; the button says so by itself.
  if (video.value.paused) video.value.play().catch(() => undefined);
  else video.value.pause();
}

export function moveScore({ filter }: Session, direction: 1 | -1): void {
  const { scoreMin } = filter.value;
  filter.value = { ...filter.value, scoreMin: onScale(scoreMin + direction * scoreStep) };
}

export function toggleClass({ filter }: Session, classId: number): void {
  const hidden = new Set(filter.value.hidden);
  if (!hidden.delete(classId)) hidden.add(classId);
  filter.value = { ...filter.value, hidden };
}

export function showAllClasses({ filter }: Session): void {
  filter.value = { ...filter.value, hidden: new Set() };
}

/** Switches off every other class of the model. */
export function showOnlyClass({ filter, manifest }: Session, classId: number): void {
  const others = [...manifest.model.classes.keys()].filter((id) => id !== classId);
  filter.value = { ...filter.value, hidden: new Set(others) };
}
