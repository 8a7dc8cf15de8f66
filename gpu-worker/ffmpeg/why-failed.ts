import type { Ran } from "./run.ts";

/** Why a program that was run did not do what it should have done, in words that follow its name. */
export function whyFailed({
  timedOut,
  signal,
  stderr,
}: Pick<Ran, "timedOut" | "signal" | "stderr">): string {
  if (timedOut) return "was not done in time";
  if (signal) return `was ended by ${signal}`;
  return `failed: ${stderr.split("\n").at(-1) || "no reason"}`;
}
