import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { webhookTypes, type WebhookType } from "../../contracts/webhook.ts";
import type { DeliveryView, WebhookView } from "../../contracts/webhook-api.ts";
import { columns } from "../client/summary.ts";
import type { Program } from "../program.ts";
import type { Session } from "../session.ts";

const json = ["--json", "print one object"] as const;

/** `webhook …`: who hears of the ends of jobs, and what was delivered. */
export function addWebhook(program: Program, session: Session): void {
  const { output, signal } = session;
  const webhook = program
    .command("webhook")
    .description("let an address hear of the ends of jobs, signed");

  webhook
    .command("add")
    .description("add an address; its secret is shown this once")
    .argument("<url>", "https, with a host that is public")
    .addOption(new Option("--event <type>", "only these; may be repeated").argParser(eventTypes))
    .option(...json)
    .action(async (url, { event: events, json: isJson }) => {
      const { client } = session.connect();
      const added = await client.addWebhook({ url, ...(events && { events }) }, { signal });
      if (isJson) return output.json(added);
      output.words(
        `Webhook ${added.webhook_id} hears of ${added.events.join(", ")}. Its secret, shown this once:`,
      );
      output.data(added.secret);
    });

  webhook
    .command("ls")
    .description("list webhooks")
    .option(...json)
    .action(async (flags) => {
      const { webhooks } = await session.connect().client.listWebhooks({ signal });
      if (flags.json) output.json({ webhooks });
      else if (webhooks.length === 0) output.words("There are no webhooks.");
      else for (const line of webhookLines(webhooks)) output.data(line);
    });

  webhook
    .command("rm")
    .description("remove a webhook")
    .argument("<id>")
    .action(async (id) => {
      await session.connect().client.removeWebhook(id, { signal });
      output.words(`Webhook ${id} is gone.`);
    });

  webhook
    .command("deliveries")
    .description("the last deliveries of a webhook, newest first")
    .argument("<id>")
    .option(...json)
    .action(async (id, flags) => {
      const { deliveries } = await session.connect().client.listDeliveries(id, { signal });
      if (flags.json) output.json({ deliveries });
      else if (deliveries.length === 0) output.words("Nothing was delivered yet.");
      else for (const line of deliveryLines(deliveries)) output.data(line);
    });

  webhook
    .command("redeliver")
    .description("send an event again")
    .argument("<id>")
    .argument("<delivery>")
    .option(...json)
    .action(async (id, delivery, flags) => {
      const again = await session.connect().client.redeliver(id, delivery, { signal });
      if (flags.json) output.json({ delivery: again });
      output.words(`Delivery ${delivery} is sent again.`);
    });
}

/** Collects the values of an option that may be repeated; another word than these is refused. */
function eventTypes(value: string, before: WebhookType[] | undefined): WebhookType[] {
  const type = webhookTypes.find((each) => each === value);
  if (!type) throw new InvalidArgumentError(`Allowed choices are ${webhookTypes.join(", ")}.`);
  return [...(before ?? []), type];
}

const webhookLines = (webhooks: readonly WebhookView[]): string[] => {
  const rows = webhooks.map(({ webhook_id, disabled_at, events, url }) => [
    webhook_id,
    disabled_at === null ? "active" : "disabled",
    events.length === webhookTypes.length ? "all" : events.join(","),
    url,
  ]);
  return columns([["id", "state", "events", "address"], ...rows], "left");
};

const deliveryLines = (deliveries: readonly DeliveryView[]): string[] => {
  const rows = deliveries.map((each) => [
    each.delivery_id,
    each.status,
    `${each.attempts}`,
    each.response_status === null ? "-" : `${each.response_status}`,
    each.next_attempt_at?.slice(0, 19).replace("T", " ") ?? "-",
    each.error ?? "",
  ]);
  const header = ["delivery", "status", "tries", "answer", "next try (UTC)", "error"];
  return columns([header, ...rows], "left");
};
