import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { eventbridgeEventBus } from "../../aws/eventbridge-event-bus.ts";
import type { SystemEvent } from "../../contracts/event.ts";
import type { JobId } from "../../contracts/job-id.ts";

const event: SystemEvent = { type: "Work Queued", detail: { job_id: "j1" as JobId } };

function mocked() {
  const client = new EventBridgeClient({ region: "eu-west-1" });
  const mock = mockClient(client).on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  return { mock, bus: eventbridgeEventBus({ client, deployment: "jobs-1" }) };
}

test("an event is put on the default bus under the system's name, and says which deployment's it is", async () => {
  const { mock, bus } = mocked();

  await bus.tell([event]);

  expect(mock.commandCalls(PutEventsCommand).map(({ args }) => args[0].input)).toEqual([
    {
      Entries: [
        {
          Source: "framequeue",
          DetailType: "Work Queued",
          Detail: '{"job_id":"j1","deployment":"jobs-1"}',
        },
      ],
    },
  ]);
});

test("more events than one call may carry are told in several", async () => {
  const { mock, bus } = mocked();

  await bus.tell(Array.from({ length: 23 }, () => event));

  const counts = mock
    .commandCalls(PutEventsCommand)
    .map(({ args }) => args[0].input.Entries?.length);
  expect(counts).toEqual([10, 10, 3]);
});

test("an event that was not taken is an error, although the call succeeds", async () => {
  const { mock, bus } = mocked();
  mock.on(PutEventsCommand).resolves({
    FailedEntryCount: 1,
    Entries: [{ EventId: "1" }, { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" }],
  });

  await expect(bus.tell([event, event])).rejects.toThrow("ThrottlingException: slow down");
});
