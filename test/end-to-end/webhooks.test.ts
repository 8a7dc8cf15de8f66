import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tableKeys } from "../../contracts/table.ts";
import type {
  AddWebhookResponse,
  DeliveryListView,
  DeliveryView,
} from "../../contracts/webhook-api.ts";
import { eventually, startSystem, tableClient, type System } from "../support/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem({ workers: 0 });
});
afterAll(() => system?.stop());

const add = (url: string) =>
  system.client.call<AddWebhookResponse>("POST", "/v1/webhooks", { url });

/** What somebody does who lets a name lead inside after it was checked: here, to the row itself. */
async function leadInside({ webhook_id }: AddWebhookResponse): Promise<void> {
  const client = tableClient(system);
  const { pk, sk } = tableKeys.webhook("team", webhook_id);
  await client.send(
    new UpdateItemCommand({
      TableName: system.running.worker_environment["JOBS_TABLE"],
      Key: { pk: { S: pk }, sk: { S: sk } },
      ConditionExpression: "attribute_exists(pk)",
      UpdateExpression: "SET #url = :url",
      ExpressionAttributeNames: { "#url": "url" },
      ExpressionAttributeValues: { ":url": { S: "https://127.0.0.1:9/ends" } },
    }),
  );
}

test.each([
  "http://hooks.example.com/",
  "https://127.0.0.1:8443/",
  "https://localhost/",
  "https://[::1]/",
  "https://169.254.169.254/latest/meta-data/",
])("%s is refused", async (url) => {
  await expect(add(url)).rejects.toThrow(/: 400 .*WEBHOOK_URL_REFUSED/);
});

test("an end comes to its webhook's deliveries, is refused where it leads inside, and can be sent again", async () => {
  // An address, so that no name must be looked up. Nothing is ever sent there.
  const webhook = await add("https://1.1.1.1/ends");
  await leadInside(webhook);
  const { job_id } = await system.client.submit({
    filename: "never.mp4",
    bytes: new Uint8Array(1000),
  });
  await system.client.call("POST", `/v1/jobs/${job_id}/cancel`);

  const path = `/v1/webhooks/${webhook.webhook_id}/deliveries`;
  const tried = (tries: number) =>
    eventually(
      async () => {
        const { deliveries } = await system.client.call<DeliveryListView>("GET", path);
        return deliveries.find(({ attempts }) => attempts >= tries);
      },
      { withinSeconds: 60, what: `the delivery is tried ${tries} times` },
    );
  const first = await tried(1);
  expect(first).toMatchObject({
    event_id: `${job_id}-1-cancelled`,
    type: "job.cancelled",
    status: "pending",
    response_status: null,
    error: "127.0.0.1 has an address that is not public",
  });
  expect((await tried(2)).event_id).toBe(first.event_id);

  const again = await system.client.call<DeliveryView>(
    "POST",
    `${path}/${first.delivery_id}/redeliver`,
  );
  expect(again).toMatchObject({ status: "pending", event_id: first.event_id });
  await tried(1);
});
