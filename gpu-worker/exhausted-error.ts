import type { JobError } from "../contracts/work-row.ts";
import { limits } from "../contracts/limits.ts";

/** The end of a job whose attempts are used up, with the last reason that is known. */
export const exhaustedError = (last: JobError | undefined): JobError => ({
  code: "ATTEMPTS_EXHAUSTED",
  message: last
    ? `All ${limits.attemptsMax} attempts failed, the last one with ${last.code}: ${last.message}`
    : `All ${limits.attemptsMax} attempts ended without a word: each worker died or lost its lease.`,
});
