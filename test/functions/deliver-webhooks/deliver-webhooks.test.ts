import { Webhook as Verifier } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { eventTypes, type JobEnded } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import type { JobId } from "../../../contracts/job-id.ts";
import { untakenEnd } from "../../../contracts/untaken-end.ts";
import { messageOf } from "../../../contracts/webhook.ts";
import { ComesBack } from "../../../functions/comes-back.ts";
import { deliverWebhooks } from "../../../functions/deliver-webhooks/deliver-webhooks.ts";
import type { Answer } from "../../../functions/deliver-webhooks/post-webhook.ts";
import { collectedLog } from "../../support/collected-log.ts";
import { memoryEventBus } from "../../support/memory-event-bus.ts";
import { memoryWebhooks } from "../../support/memory-webhooks.ts";
import { aDelivery, aWebhook } from "../../support/webhook-rows.ts";

const detail: JobEnded["detail"] = {
  event_id: "job-1-completed",
  job_id: "job" as JobId,
  owner: "team",
  run: 1,
  status: "completed",
  filename: "match.mp4",
  pipeline_id: "pitch",
  finished_at: "2026-01-01T00:00:00.000Z",
};
/** As the bus hands it on. */
const end = JSON.stringify({
  "detail-type": "Job Ended",
  source: "framequeue",
  detail: { ...detail, deployment: "jobs" },
});
const deliveryId = "1767225600000-job-1-completed";

type Sent = { url: string; headers: Readonly<Record<string, string>>; body: string };

/** Who delivers, on stores in memory and a receiver that answers one after the other. */
function aSystem(...answers: Answer[]) {
  const ports = { ...memoryWebhooks(), events: memoryEventBus() };
  const log = collectedLog();
  const sent: Sent[] = [];
  const clock = { now: Date.now() };
  const take = deliverWebhooks({
    ...ports,
    log,
    now: () => clock.now,
    async post(url, message) {
      sent.push({ url, ...message });
      return answers.shift() ?? { status: 204 };
    },
  });
  const { sent: messages, hidden } = ports.deliveryQueue;
  return {
    ...ports,
    log,
    sent,
    clock,
    messages,
    hidden,
    takeEnd: () => take(end, "m", "r"),
    takeDelivery: (id = deliveryId) =>
      take(
        JSON.stringify(messageOf({ owner: "team", webhookId: "wh_1", deliveryId: id })),
        "m",
        "receipt",
      ),
    take,
  };
}

describe("an end", () => {
  test("becomes one delivery and one message for each webhook that wants it", async () => {
    const system = aSystem();
    await system.webhooks.insert(aWebhook());
    await system.webhooks.insert(aWebhook({ webhookId: "wh_2", types: ["job.failed"] }));
    await system.webhooks.insert(aWebhook({ webhookId: "wh_3", disabledAt: 1 }));
    await system.webhooks.insert(aWebhook({ webhookId: "wh_4", owner: "others" }));

    await system.takeEnd();

    expect(system.messages.map(({ webhook_id }) => webhook_id)).toEqual(["wh_1"]);
    const [delivery] = await system.webhooks.deliveries.list("wh_1", 10);
    expect(delivery).toMatchObject({ deliveryId, eventId: "job-1-completed", status: "pending" });
    const { owner: _owner, event_id: _id, ...data } = detail;
    expect(JSON.parse(delivery!.payload)).toEqual({
      type: "job.completed",
      timestamp: detail.finished_at,
      data,
    });
  });

  test("that is told twice is delivered once", async () => {
    const system = aSystem();
    await system.webhooks.insert(aWebhook());
    await system.takeEnd();
    await system.takeDelivery();

    await system.takeEnd();
    await system.takeDelivery();

    expect(system.sent).toHaveLength(1);
  });
});

describe("a delivery", () => {
  async function aDeliverySystem(...answers: Answer[]) {
    const system = aSystem(...answers);
    await system.webhooks.insert(aWebhook());
    await system.webhooks.deliveries.insert(aDelivery({ deliveryId }));
    const row = () => system.webhooks.deliveries.find("wh_1", deliveryId);
    return { ...system, row };
  }

  test("is signed so that a library of the specification verifies it", async () => {
    const system = await aDeliverySystem();

    await system.takeDelivery();

    const [{ url, headers, body } = {} as Sent] = system.sent;
    expect(url).toBe(aWebhook().url);
    expect(headers["webhook-id"]).toBe("job-1-completed");
    expect(new Verifier(aWebhook().secret).verify(body, headers)).toEqual({
      type: "job.completed",
    });
    expect(() => new Verifier(aWebhook().secret).verify(`${body} `, headers)).toThrow(/signature/);
    expect(await system.row()).toMatchObject({ status: "delivered", attempts: 1, lastStatus: 204 });
  });

  test("that fails stays in the queue, hidden until its next try", async () => {
    const system = await aDeliverySystem({ status: 500 }, { error: "ECONNRESET" });

    await expect(system.takeDelivery()).rejects.toThrow(ComesBack);
    expect(system.hidden).toEqual([{ receipt: "receipt", seconds: 5 }]);
    system.clock.now += 5000;
    await expect(system.takeDelivery()).rejects.toThrow(ComesBack);

    expect(system.hidden[1]).toEqual({ receipt: "receipt", seconds: 300 });
    expect(await system.row()).toMatchObject({ attempts: 2, lastError: "ECONNRESET" });
    expect(await system.row()).not.toHaveProperty("lastStatus");
  });

  test("whose message comes early is not tried, and hidden for the rest of its wait", async () => {
    const system = await aDeliverySystem({ status: 500 });
    await expect(system.takeDelivery()).rejects.toThrow(ComesBack);
    system.clock.now += 2000;

    await expect(system.takeDelivery()).rejects.toThrow(ComesBack);

    expect(system.sent).toHaveLength(1);
    expect(system.hidden[1]).toEqual({ receipt: "receipt", seconds: 3 });
  });

  test("that is answered with 410 disables its webhook, and the others are dropped", async () => {
    const system = await aDeliverySystem({ status: 410 });
    await system.webhooks.deliveries.insert(aDelivery({ deliveryId: "2-other" }));

    await system.takeDelivery();
    await system.takeDelivery("2-other");

    expect(system.sent).toHaveLength(1);
    expect(await system.webhooks.find("team", "wh_1")).toHaveProperty("disabledAt");
  });

  test("of a webhook that was removed is dropped", async () => {
    const system = await aDeliverySystem();
    await system.webhooks.remove("team", "wh_1");

    await system.takeDelivery();

    expect(system.sent).toEqual([]);
  });
});

test("a message of another kind is dropped, and seen in the log", async () => {
  const { take, log } = aSystem();

  await take("not JSON", "m", "r");
  await take('{"detail-type":"Work Queued"}', "m", "r");

  expect(log.lines.map(({ level }) => level)).toEqual(["error", "error"]);
});

describe("an end that the bus did not take", () => {
  const untaken = JSON.stringify(untakenEnd({ type: eventTypes.jobEnded, detail }));

  test("is told to all who ask for ends, and makes no delivery itself", async () => {
    const system = aSystem();
    await system.webhooks.insert(aWebhook());

    await system.take(untaken, "m", "r");

    expect(system.events.told).toEqual([{ type: "Job Ended", detail }]);
    expect(system.messages).toEqual([]);
  });

  test("stays in the queue while the bus takes none", async () => {
    const system = aSystem();
    system.events.tell = () => Promise.reject(new Error("no bus today"));

    await expect(system.take(untaken, "m", "r")).rejects.toThrow(ComesBack);

    expect(system.hidden).toEqual([{ receipt: "r", seconds: limits.untakenEndSeconds }]);
  });
});
