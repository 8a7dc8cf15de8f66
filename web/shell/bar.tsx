/** How far something is; without a fraction it only says that it moves. */
export function Bar({
  fraction,
  label,
  mood = "good",
}: {
  fraction: number | null;
  label: string;
  mood?: "good" | "bad";
}) {
  const value = fraction === null ? undefined : Math.min(1, Math.max(0, fraction));
  return (
    <div
      class="bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(value === undefined ? {} : { "aria-valuenow": Math.floor(value * 100) })}
      data-mood={mood}
      data-moving={value === undefined}
    >
      <span class="bar-fill" style={{ transform: `scaleX(${value ?? 1})` }} />
    </div>
  );
}
