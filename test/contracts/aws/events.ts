import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { describe, expect, test } from "vitest";
import type { AwsEndpoint } from "./endpoint.ts";
import { errorOf, eventBridgeClient } from "./endpoint.ts";

const entry: PutEventsRequestEntry = { Source: "framequeue", DetailType: "Tested", Detail: "{}" };

/** What Framequeue relies on EventBridge's PutEvents for. */
export function defineEventsContract(connect: () => AwsEndpoint): void {
  const put = (Entries: PutEventsRequestEntry[], secret?: string) =>
    eventBridgeClient(connect(), secret).send(new PutEventsCommand({ Entries }));

  describe("PutEvents", () => {
    test("takes each entry and gives it an id of its own", async () => {
      const { Entries = [], FailedEntryCount } = await put([entry, entry]);

      expect(FailedEntryCount).toBe(0);
      expect(new Set(Entries.map(({ EventId }) => EventId)).size).toBe(2);
    });

    test("refuses an entry by itself", async () => {
      const { Entries = [], FailedEntryCount } = await put([
        { ...entry, Detail: "not JSON" },
        entry,
        { ...entry, DetailType: undefined },
      ]);

      expect(FailedEntryCount).toBe(2);
      expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
        "MalformedDetail",
        undefined,
        "InvalidArgument",
      ]);
    });

    test("refuses more than ten entries", async () => {
      const error = await errorOf(put(Array.from({ length: 11 }, () => entry)));

      expect(error?.$metadata?.httpStatusCode).toBe(400);
    });

    test("refuses a request that was signed with another secret", async () => {
      const error = await errorOf(put([entry], "another-secret"));

      expect(error?.$metadata?.httpStatusCode).toBeOneOf([400, 403]);
    });
  });
}
