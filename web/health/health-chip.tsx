import { health, healthLine, healthLost } from "./health.ts";

/** Workers at a glance, on every view. */
export function HealthChip() {
  const { mood, words } = healthLine(health.value, healthLost.value);
  return (
    <p class="chip" data-mood={mood} role="status">
      <span class="dot" aria-hidden="true" />
      {words}
    </p>
  );
}
