import { useMemo } from "preact/hooks";
import { scoreHistogram } from "../timeline/lanes.ts";
import { onScale, scoreStep } from "./filter.ts";
import { defaultFilter } from "./session.ts";
import type { Session } from "./session.ts";

/** The lowest score that is shown, over the shape of all scores. */
export function ScoreFilter({ session }: { session: Session }) {
  const { filter, faint, timeline, manifest } = session;
  const { scoreMin, hidden } = filter.value;
  const histogram = useMemo(() => scoreHistogram(timeline, hidden), [timeline, hidden]);
  const highest = Math.max(1, ...histogram);
  const usual = defaultFilter(manifest);
  const changed = scoreMin !== usual.scoreMin || hidden.size > 0;

  return (
    <section class="panel score" aria-labelledby="score-title">
      <div class="panel-head">
        <h2 id="score-title">Score</h2>
        <output class="score-value" for="score-min">
          {scoreMin.toFixed(2)} and up
        </output>
      </div>
      <svg class="histogram" viewBox="0 0 200 40" preserveAspectRatio="none" aria-hidden="true">
        {[...histogram].map((height, bucket) => {
          const high = height === 0 ? 0 : Math.max(1, Math.sqrt(height / highest) * 40);
          return (
            <rect
              key={bucket}
              x={bucket * 10 + 1}
              y={40 - high}
              width={8}
              height={high}
              data-in={bucket / 20 >= scoreMin - 1e-6}
            />
          );
        })}
      </svg>
      <input
        id="score-min"
        class="slider"
        type="range"
        min={0}
        max={1}
        step={scoreStep}
        value={scoreMin}
        aria-label="Lowest score that is shown"
        onInput={({ currentTarget }) =>
          (filter.value = { ...filter.value, scoreMin: onScale(currentTarget.valueAsNumber) })
        }
      />
      <div class="score-foot">
        <label class="check">
          <input
            type="checkbox"
            checked={faint.value}
            onChange={({ currentTarget }) => (faint.value = currentTarget.checked)}
          />
          Show the rest faintly
        </label>
        <button
          type="button"
          class="button button-small"
          disabled={!changed}
          onClick={() => (filter.value = usual)}
        >
          Reset
        </button>
      </div>
    </section>
  );
}
