import { randomUUID } from "node:crypto";
import type { ScheduleFacts } from "../template/event-rules.ts";

export interface ScheduleDependencies {
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  readonly region: string;
  readonly accountId: string;
}

/** Invokes the schedule's targets at once and then at its rate, until it is disposed of. */
export function runSchedule(
  { name, everySeconds, targets }: ScheduleFacts,
  { invoke, region, accountId }: ScheduleDependencies,
): Disposable {
  function fire(): void {
    for (const { functionName, input } of targets) {
      const event: unknown = input === undefined ? scheduledEvent() : JSON.parse(input);
      // Nobody waits for it: what failed is done by the next one.
      invoke(functionName, event).catch((error: unknown) => {
        console.error(`${functionName}: ${String(error)}`);
      });
    }
  }

  const scheduledEvent = () => ({
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:events:${region}:${accountId}:rule/${name}`],
    detail: {},
  });

  fire();
  const timer = setInterval(fire, everySeconds * 1000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
