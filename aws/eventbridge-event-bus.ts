import { PutEventsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { eventSource } from "../contracts/event.ts";
import type { EventBus } from "../contracts/ports/event-bus.ts";

/** PutEvents' own maximum. */
const entriesMax = 10;

/**
 * The account's default bus: S3's events are there too, and rules cost nothing. Other deployments of the account tell theirs
 * there as well, so each event says whose it is: `deployment` is the name of the jobs' table.
 */
export function eventbridgeEventBus({
  client,
  deployment,
}: {
  readonly client: EventBridgeClient;
  readonly deployment: string;
}): EventBus {
  return {
    async tell(events) {
      for (let first = 0; first < events.length; first += entriesMax) {
        const { Entries = [], FailedEntryCount = 0 } = await client.send(
          new PutEventsCommand({
            Entries: events.slice(first, first + entriesMax).map(({ type, detail }) => ({
              Source: eventSource,
              DetailType: type,
              Detail: JSON.stringify({ ...detail, deployment }),
            })),
          }),
        );
        if (FailedEntryCount > 0) {
          const refused = Entries.find(({ ErrorCode }) => ErrorCode);
          throw new Error(
            `EventBridge refused an event: ${refused?.ErrorCode}: ${refused?.ErrorMessage}`,
          );
        }
      }
    },
  };
}
