/** A time of ours as JSON has it. */
export const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The same where there may be none. */
export const timeOrNull = (milliseconds: number | undefined): string | null =>
  milliseconds === undefined ? null : timeOf(milliseconds);
