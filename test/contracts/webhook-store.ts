import { expect, test } from "vitest";
import type { WebhookStore } from "../../contracts/ports/webhook-store.ts";
import { aDelivery, aWebhook } from "../support/webhook-rows.ts";

/** What every webhook store promises. `open` gives an empty one. */
export function webhookStoreContract(open: () => Promise<WebhookStore>): void {
  test("a webhook is found and listed as it was inserted, by its owner alone", async () => {
    const webhooks = await open();
    const [first, second] = [aWebhook(), aWebhook({ webhookId: "wh_2", types: ["job.failed"] })];
    for (const webhook of [second, first]) await webhooks.insert(webhook);

    expect(await webhooks.find("team", "wh_1")).toEqual(first);
    expect(await webhooks.list("team")).toEqual([first, second]);
    expect(await webhooks.find("others", "wh_1")).toBeUndefined();
    expect(await webhooks.list("others")).toEqual([]);
  });

  test("a webhook that was removed is gone", async () => {
    const webhooks = await open();
    await webhooks.insert(aWebhook());

    await webhooks.remove("team", "wh_1");

    expect(await webhooks.list("team")).toEqual([]);
  });

  test("a webhook is disabled from a moment on, and none is made by that", async () => {
    const webhooks = await open();
    await webhooks.insert(aWebhook());

    await webhooks.disable("team", "wh_1", 5);
    await webhooks.disable("team", "wh_2", 5);

    expect(await webhooks.list("team")).toEqual([aWebhook({ disabledAt: 5 })]);
  });

  test("a delivery is inserted once", async () => {
    const { deliveries } = await open();

    expect(await deliveries.insert(aDelivery())).toBe(true);
    expect(await deliveries.insert(aDelivery({ payload: "another" }))).toBe(false);

    expect(await deliveries.find("wh_1", aDelivery().deliveryId)).toEqual(aDelivery());
  });

  test("the last deliveries of one webhook are listed first", async () => {
    const { deliveries } = await open();
    for (const at of ["1000000000001", "1000000000003", "1000000000002"]) {
      await deliveries.insert(aDelivery({ deliveryId: `${at}-e` }));
    }
    await deliveries.insert(aDelivery({ webhookId: "wh_2" }));

    const listed = await deliveries.list("wh_1", 2);

    expect(listed.map(({ deliveryId }) => deliveryId)).toEqual([
      "1000000000003-e",
      "1000000000002-e",
    ]);
  });

  test("a try is noted where no other was noted meanwhile, and what it does not say is gone", async () => {
    const { deliveries } = await open();
    const seen = aDelivery({ nextAttemptAt: 3, lastError: "before" });
    await deliveries.insert(seen);

    const change = { status: "delivered", attempts: 1, lastAttemptAt: 4, lastStatus: 204 } as const;
    expect(await deliveries.change(seen, change)).toBe(true);
    expect(await deliveries.change(seen, { status: "failed", attempts: 1 })).toBe(false);

    expect(await deliveries.find("wh_1", seen.deliveryId)).toEqual(aDelivery(change));
  });
}
