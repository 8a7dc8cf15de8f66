import type { Signal } from "@preact/signals";
import { counted } from "../words/format.ts";
import type { NamedLane } from "./lane-names.tsx";

/** Classes of which the score leaves nothing are one line, which opens: a model of 80 classes would fill the page. */
export function FoldedLanes({
  lanes,
  unfolded,
}: {
  lanes: readonly NamedLane[];
  unfolded: Signal<boolean>;
}) {
  if (lanes.length === 0) return null;
  return (
    <button
      type="button"
      class="lanes-fold"
      aria-expanded={unfolded.value}
      onClick={() => (unfolded.value = !unfolded.value)}
    >
      {unfolded.value
        ? "Hide classes with nothing at this score"
        : `${counted(lanes.length, "more class", "more classes")} with nothing at this score: ${lanes.map(({ label }) => label).join(", ")}`}
    </button>
  );
}
