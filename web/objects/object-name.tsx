import { follow } from "../player/playback.ts";
import type { Session } from "../player/session.ts";
import { Swatch } from "../player/swatch.tsx";

/** An object by its class and number, which a click follows; without a number there is nothing to follow. */
export function ObjectName({
  session,
  classId,
  trackId,
}: {
  session: Session;
  classId: number;
  trackId: number;
}) {
  const { followed, manifest } = session;
  const label = manifest.model.classes[classId] ?? String(classId);
  const name = (
    <>
      <Swatch classId={classId} />
      {label}
      {trackId > 0 && <span class="quiet"> {trackId}</span>}
    </>
  );
  if (trackId === 0) return name;
  return (
    <button
      type="button"
      class="object-name"
      aria-pressed={followed.value === trackId}
      aria-label={`Follow ${label} ${trackId}`}
      onClick={() => follow(session, trackId)}
    >
      {name}
    </button>
  );
}
