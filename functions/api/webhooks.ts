import { PermanentError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { WebhookStore } from "../../contracts/ports/webhook-store.ts";
import type { AddWebhookResponse, WebhookListView } from "../../contracts/webhook-api.ts";
import { webhookTypes } from "../../contracts/webhook.ts";
import type { ResolvePublic } from "../public-address.ts";
import { checkedWebhookUrl } from "../webhook-url.ts";
import { findWebhook, type WebhookIds } from "./find-webhook.ts";
import type { RouteRequest } from "./route-request.ts";
import { webhookView } from "./webhook-view.ts";

export interface WebhooksDependencies {
  readonly webhooks: WebhookStore;
  readonly resolvePublic: ResolvePublic;
  /** An id and a signing secret that nobody has had before. */
  readonly newWebhook: () => { readonly webhookId: string; readonly secret: string };
  readonly now: () => number;
}

/** Takes an address in, and shows the secret that signs what will come: this once. */
export function addWebhook({ webhooks, resolvePublic, newWebhook, now }: WebhooksDependencies) {
  return async ({
    owner,
    body,
  }: Pick<RouteRequest<"addWebhook">, "owner" | "body">): Promise<AddWebhookResponse> => {
    const url = await checkedWebhookUrl(body.url, resolvePublic);
    // Two at the same moment may lead to one more: the limit is there for cost, not for safety.
    if ((await webhooks.list(owner)).length >= limits.webhooksMax) {
      throw new PermanentError("TOO_MANY_WEBHOOKS", `At most ${limits.webhooksMax} are kept.`);
    }
    const types = webhookTypes.filter((type) => body.events?.includes(type) ?? true);
    const webhook = { ...newWebhook(), owner, url, types, createdAt: now() };
    await webhooks.insert(webhook);
    return { ...webhookView(webhook), secret: webhook.secret };
  };
}

/** The caller's webhooks, without their secrets. */
export const listWebhooks =
  ({ webhooks }: Pick<WebhooksDependencies, "webhooks">) =>
  async ({ owner }: Pick<RouteRequest<"listWebhooks">, "owner">): Promise<WebhookListView> => ({
    webhooks: (await webhooks.list(owner)).map(webhookView),
  });

/** Removes a webhook; deliveries that wait are dropped when their time comes. */
export const removeWebhook =
  ({ webhooks }: Pick<WebhooksDependencies, "webhooks">) =>
  async (ids: WebhookIds): Promise<void> => {
    const { owner, webhookId } = await findWebhook(webhooks, ids);
    await webhooks.remove(owner, webhookId);
  };
