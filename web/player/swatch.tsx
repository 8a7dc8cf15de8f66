import { classColour } from "./colours.ts";

/** A class's colour beside its name. */
export function Swatch({ classId }: { classId: number }) {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
      <rect width="10" height="10" rx="2.5" fill={classColour(classId)} />
    </svg>
  );
}
