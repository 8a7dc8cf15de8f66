import { describe, expect, test } from "vitest";
import { publicResolver } from "../../../functions/public-address.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";
import { aDelivery, aWebhook } from "../../support/webhook-rows.ts";

function aSystem() {
  const system = memorySystem();
  return { ...system, system, call: callApi(system) };
}
const url = "https://hooks.example.com/ends";
const asOthers = { authorizer: { jwt: { claims: { sub: "others" } } } };

describe("adding a webhook", () => {
  test("answers its secret, which no other answer has in it", async () => {
    const { call } = aSystem();

    const { status, body } = await call("addWebhook", { body: { url } });
    const listed = await call("listWebhooks");

    expect(status).toBe(201);
    expect(body).toMatchObject({ url, disabled_at: null });
    expect(body.events).toEqual(["job.completed", "job.failed", "job.cancelled", "job.expired"]);
    expect(body.secret).toMatch(/^whsec_[\w+/]{43}=$/);
    const { secret: _secret, ...shown } = body;
    expect(listed.body).toEqual({ webhooks: [shown] });
  });

  test("of some events keeps those", async () => {
    const { call } = aSystem();

    const { body } = await call("addWebhook", { body: { url, events: ["job.failed"] } });

    expect(body.events).toEqual(["job.failed"]);
  });

  test.each([
    ["http://hooks.example.com/", "https"],
    ["ftp://hooks.example.com/", "https"],
    ["nonsense", "no URL"],
    ["https://user:secret@hooks.example.com/", "password"],
    ["https://hooks.example.com/#part", "fragment"],
    ["https://127.0.0.1/", "not public"],
    ["https://0x7f.1/", "not public"],
    ["https://2130706433/", "not public"],
    ["https://169.254.169.254/latest/meta-data", "not public"],
    ["https://[::1]/", "not public"],
    ["https://[::ffff:10.0.0.1]/", "not public"],
    ["https://[fd00:ec2::254]/", "not public"],
    ["https://inside.example.com/", "not public"],
    ["https://nowhere.example.com/", "ENOTFOUND"],
  ])("is refused at %s", async (refused, reason) => {
    const { system } = aSystem();
    const resolvePublic = publicResolver(async (name) => {
      if (name === "inside.example.com") return [{ address: "10.1.2.3", family: 4 }];
      throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    });
    const call = callApi({ ...system, resolvePublic });

    const { status, body } = await call("addWebhook", { body: { url: refused } });

    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "WEBHOOK_URL_REFUSED" });
    expect(body.detail).toContain(reason);
    expect(body.detail).not.toContain("10.1.2.3");
    expect(await system.webhooks.list("team")).toEqual([]);
  });

  test("is refused beyond as many as an owner may have", async () => {
    const { call } = aSystem();
    for (let count = 0; count < 20; count++) await call("addWebhook", { body: { url } });

    const { status, body } = await call("addWebhook", { body: { url } });

    expect(status).toBe(409);
    expect(body.code).toBe("TOO_MANY_WEBHOOKS");
  });
});

describe("a webhook", () => {
  const webhookId = "wh_1";
  const { deliveryId } = aDelivery();

  test("that is removed is not there any more", async () => {
    const { call, webhooks } = aSystem();
    await webhooks.insert(aWebhook());

    expect((await call("removeWebhook", { webhookId })).status).toBe(204);
    expect((await call("removeWebhook", { webhookId })).body.code).toBe("WEBHOOK_NOT_FOUND");
  });

  test.each(["removeWebhook", "listDeliveries", "redeliver"] as const)(
    "of another owner looks like none: %s",
    async (route) => {
      const { call, webhooks } = aSystem();
      await webhooks.insert(aWebhook({ owner: "somebody" }));
      await webhooks.deliveries.insert(aDelivery({ owner: "somebody" }));

      const { status, body } = await call(route, { webhookId, deliveryId, ...asOthers });

      expect(status).toBe(404);
      expect(body.code).toBe("WEBHOOK_NOT_FOUND");
    },
  );

  test("shows its deliveries with what became of them", async () => {
    const { call, webhooks } = aSystem();
    await webhooks.insert(aWebhook());
    await webhooks.deliveries.insert(
      aDelivery({
        status: "failed",
        attempts: 8,
        lastStatus: 500,
        lastError: "no",
        lastAttemptAt: 5,
      }),
    );

    const { body } = await call("listDeliveries", { webhookId });

    expect(body.deliveries).toMatchObject([
      {
        delivery_id: deliveryId,
        event_id: "job-1-completed",
        status: "failed",
        attempts: 8,
        response_status: 500,
        error: "no",
        last_attempt_at: "1970-01-01T00:00:00.005Z",
        next_attempt_at: null,
      },
    ]);
  });

  test("gets an event again under its old id, with all of its tries", async () => {
    const { call, webhooks, deliveryQueue } = aSystem();
    await webhooks.insert(aWebhook());
    await webhooks.deliveries.insert(aDelivery({ status: "failed", attempts: 8, lastStatus: 500 }));

    const { status, body } = await call("redeliver", { webhookId, deliveryId });

    expect(status).toBe(202);
    expect(body).toMatchObject({ status: "pending", attempts: 0, event_id: "job-1-completed" });
    expect(deliveryQueue.sent).toMatchObject([{ webhook_id: webhookId, delivery_id: deliveryId }]);
  });

  test("that is disabled gets nothing again, and an unknown delivery is none", async () => {
    const { call, webhooks } = aSystem();
    await webhooks.insert(aWebhook({ disabledAt: 1 }));
    await webhooks.deliveries.insert(aDelivery({ status: "failed" }));

    const disabled = await call("redeliver", { webhookId, deliveryId });
    const unknown = await call("redeliver", { webhookId, deliveryId: "1-x" });

    expect(disabled).toMatchObject({ status: 409, body: { code: "WEBHOOK_DISABLED" } });
    expect(unknown).toMatchObject({ status: 404, body: { code: "DELIVERY_NOT_FOUND" } });
  });
});
