import { setTimeout as sleep } from "node:timers/promises";
import type { RunningFacts } from "../../../local/running-file.ts";

/** An answer of the API that is no success, after all tries. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;

  constructor(method: string, path: string, status: number, text: string) {
    super(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
    this.status = status;
  }
}

const triesMax = 40;
const pauseMilliseconds = 250;
const answerSecondsMax = 15;

/** The API as a patient program uses it: what may pass is tried again. `tries` counts from 1. */
export function patientClient({ api_url, api_key }: RunningFacts) {
  return async function call<Answer>(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<{ answer: Answer; tries: number }> {
    for (let tries = 1; ; tries++) {
      const response = await fetch(new URL(path, api_url), {
        method,
        headers: {
          authorization: `Bearer ${api_key}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(answerSecondsMax * 1000),
      }).catch((error: unknown) => error as Error);
      const failed = response instanceof Error || response.status >= 500;
      if (failed && tries < triesMax) {
        await sleep(pauseMilliseconds);
        continue;
      }
      if (response instanceof Error) throw response;
      const text = await response.text();
      if (!response.ok) throw new ApiRefusal(method, path, response.status, text);
      return { answer: (text ? JSON.parse(text) : undefined) as Answer, tries };
    }
  };
}

export type Call = ReturnType<typeof patientClient>;
