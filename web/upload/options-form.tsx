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
        <Choice
          label="Frames"
          choices={samplings}
          chosen={frames}
          onChoose={(frames) => change({ frames })}
        />
        {takesRate && (
          <Line
            label={frames === "fps" ? "Frames a second" : "One frame of"}
            inputMode="decimal"
            text={rate}
            placeholder={frames === "fps" ? "5" : "10"}
            onText={(rate) => change({ rate })}
          />
        )}
        <Line label="From" text={from} placeholder="0:00" onText={(from) => change({ from })} />
        <Line label="To" text={to} placeholder="the end" onText={(to) => change({ to })} />
        <Choice
          label="Follow objects"
          choices={trackers}
          chosen={tracker}
          onChoose={(tracker) => change({ tracker })}
        />
      </div>
      <p class="quiet">They are for the videos that you choose from now on.</p>
    </details>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly choices: readonly (readonly [value: Value, words: string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, choices, chosen, onChoose }: ChoiceProps<Value>) {
  return (
    <label class="option">
      <span>{label}</span>
      <select
        value={chosen}
        onChange={({ currentTarget }) => onChoose(choices[currentTarget.selectedIndex]![0])}
      >
        {choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

interface LineProps {
  readonly label: string;
  readonly text: string;
  readonly placeholder: string;
  readonly inputMode?: "decimal";
  readonly onText: (text: string) => void;
}

function Line({ label, text, onText, ...hints }: LineProps) {
  return (
    <label class="option">
      <span>{label}</span>
      <input {...hints} value={text} onInput={({ currentTarget }) => onText(currentTarget.value)} />
    </label>
  );
}
