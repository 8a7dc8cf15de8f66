import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { eventBridgeClient, uniqueName } from "../../contracts/aws/endpoint.ts";
import { defineEventsContract } from "../../contracts/aws/events.ts";
import { SqsActor } from "../../contracts/aws/sqs.setup.ts";
import { openForTest } from "./open-for-test.ts";

describe("the local EventBridge", () => {
  let local: LocalAws;
  beforeAll(async () => {
    local = await openForTest();
  });
  afterAll(() => local.close());

  defineEventsContract(() => local);

  test("delivers an event of one's own to the queues whose rule it fits, and to no other", async () => {
    const [wanted, other] = ["Tested", "Another"].map((type) => {
      const queue = local.sqs.createQueue({ name: uniqueName("events") });
      const pattern = { source: ["framequeue"], "detail-type": [type] };
      const targets = [{ queueArn: queue.arn }];
      local.events.putRule({ name: uniqueName("rule"), pattern, targets });
      return queue.url;
    });
    const Detail = JSON.stringify({ job_id: "j1" });

    const { Entries } = await eventBridgeClient(local).send(
      new PutEventsCommand({
        Entries: [{ Source: "framequeue", DetailType: "Tested", Detail, Resources: ["r"] }],
      }),
    );

    const actor = new SqsActor(local);
    const bodies = await actor.bodies(wanted!);
    expect(bodies.map((body = "") => JSON.parse(body) as unknown)).toEqual([
      {
        version: "0",
        id: Entries?.[0]?.EventId,
        "detail-type": "Tested",
        source: "framequeue",
        account: "000000000000",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: "us-east-1",
        resources: ["r"],
        detail: { job_id: "j1" },
      },
    ]);
    expect(await actor.bodies(other!)).toEqual([]);
  });
});
