import type { Signal } from "@preact/signals";
import type { OptionFields } from "./option-fields.ts";

const samplings = [
  ["", "as the pipeline has it"],
  ["every", "all of them"],
  ["fps", "so many a second"],
  ["stride", "one of so many"],
] as const satisfies readonly (readonly [OptionFields["frames"], string])[];

const trackers = [
  ["", "as the pipeline has it"],
  ["byte-track", "ByteTrack"],
  ["sort", "SORT"],
  ["none", "not at all"],
] as const satisfies readonly (readonly [OptionFields["tracker"], string])[];

/** What a new job may change of its pipeline: which frames, which part, how objects are followed. */
export function OptionsForm({ fields }: { fields: Signal<OptionFields> }) {
  const { frames, rate, from, to, tracker } = fields.value;
  const change = (differences: Partial<OptionFields>) =>
    (fields.value = { ...fields.value, ...differences });
  const takesRate = frames === "fps" || frames === "stride";

  return (
    <details class="options">
      <summary>Options</summary>
      <div class="options-fields">
        <label class="option">
          <span>Frames</span>
          <select
            value={frames}
            onChange={({ currentTarget }) =>
              change({ frames: currentTarget.value as OptionFields["frames"] })
            }
          >
            {samplings.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {takesRate && (
          <label class="option">
            <span>{frames === "fps" ? "Frames a second" : "One frame of"}</span>
            <input
              inputMode="decimal"
              value={rate}
              placeholder={frames === "fps" ? "5" : "10"}
              onInput={({ currentTarget }) => change({ rate: currentTarget.value })}
            />
          </label>
        )}
        <label class="option">
          <span>From</span>
          <input
            value={from}
            placeholder="0:00"
            onInput={({ currentTarget }) => change({ from: currentTarget.value })}
          />
        </label>
        <label class="option">
          <span>To</span>
          <input
            value={to}
            placeholder="the end"
            onInput={({ currentTarget }) => change({ to: currentTarget.value })}
          />
        </label>
        <label class="option">
          <span>Follow objects</span>
          <select
            value={tracker}
            onChange={({ currentTarget }) =>
              change({ tracker: currentTarget.value as OptionFields["tracker"] })
            }
          >
            {trackers.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="quiet">They are for the videos that you choose from now on.</p>
    </details>
  );
}
