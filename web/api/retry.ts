import { ApiProblem } from "./client.ts";

const passing = (error: unknown) =>
  error instanceof ApiProblem &&
  (error.status === 0 || error.status === 429 || error.status >= 500);

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Tries a request that is safe to repeat up to four times; only faults that may pass are tried again. */
export async function withRetries<Answer>(
  attempt: () => Promise<Answer>,
  { tries = 4, wait = rest }: { tries?: number; wait?: (ms: number) => Promise<void> } = {},
): Promise<Answer> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= tries || !passing(error)) throw error;
      await wait(400 * 2 ** (tried - 1));
    }
  }
}
