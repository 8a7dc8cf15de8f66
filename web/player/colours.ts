// All light enough for dark letters on them (contrast 7 and more), and far apart side by side.
const palette = [
  "#ffb224",
  "#46c8ff",
  "#ff7aa8",
  "#6fe08a",
  "#c3a2ff",
  "#ff9a5c",
  "#2fdcc0",
  "#f2e14c",
  "#ff8ff0",
  "#9dbcff",
  "#c9f04f",
  "#ffa8a0",
] as const;

/** A class keeps its colour whatever is filtered: it follows from its place in the model's full list. */
export function classColour(classId: number): string {
  const known = palette[classId];
  if (known !== undefined) return known;
  // The golden angle never comes back to the same hue.
  return `hsl(${Math.round((classId * 137.508) % 360)} 85% 74%)`;
}
