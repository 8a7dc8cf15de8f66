import type * as z from "zod";
import type {
  AddModelRequest,
  ListJobsQuery,
  SignUploadRequest,
  SubmitVideoRequest,
} from "../../contracts/api.ts";
import { routes } from "../../contracts/routes.ts";
import type { RouteFacts, RouteName } from "../../contracts/routes.ts";
import type { AddWebhookRequest } from "../../contracts/webhook-api.ts";
import { refusal, unreachable, unreadable } from "./api-error.ts";

/** Longer than API Gateway waits for a function. */
const answerMsMax = 35_000;

type Answer<Name extends RouteName> = (typeof routes)[Name] extends {
  readonly response: infer Response extends z.ZodType;
}
  ? z.output<Response>
  : unknown;

/** What stands in a route's path. */
interface Ids {
  readonly jobId?: string;
  readonly pipelineId?: string;
  readonly webhookId?: string;
  readonly deliveryId?: string;
}

interface Call extends Ids {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

interface Options {
  readonly signal?: AbortSignal | undefined;
}

export interface ClientOptions {
  /** Scheme, host and, where the API has one, a path in front of `/v1`. */
  readonly apiUrl: string;
  /** Sent with every request to the API. */
  readonly apiKey?: string | undefined;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
}

/** One method per route. Each tries once, gives the parsed answer, and rejects with an ApiError. */
export function createClient({
  apiUrl,
  apiKey,
  fetch = globalThis.fetch,
  now = Date.now,
}: ClientOptions) {
  const base = apiUrl.replace(/\/+$/, "");

  async function call<Name extends RouteName>(
    name: Name,
    { query, body, headers, signal, ...ids }: Call = {},
  ): Promise<Answer<Name>> {
    const route: RouteFacts = routes[name];
    const timeout = AbortSignal.timeout(answerMsMax);

    let status: number;
    let text: string;
    try {
      const answer = await fetch(`${base}${pathOf(route, ids)}${searchOf(query)}`, {
        method: route.method,
        headers: {
          accept: "application/json",
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      status = answer.status;
      text = await answer.text();
    } catch (cause) {
      signal?.throwIfAborted();
      throw unreachable(base, cause);
    }

    if (status < 200 || status > 299) throw refusal(status, parseJson(text));
    if (route.status === 204) return undefined as Answer<Name>;

    const json = parseJson(text);
    if (json === undefined) throw unreadable(status, `It answered ${status} without JSON.`);
    if (!route.response) return json as Answer<Name>;

    const read = route.response.safeParse(json);
    if (read.success) return read.data as Answer<Name>;
    const [issue] = read.error.issues;
    throw unreadable(status, `${issue?.path.join(".")}: ${issue?.message}`);
  }

  return {
    apiUrl: base,
    now,

    /** Safe to repeat with the same key: it opens one job. */
    submitVideo: (
      body: z.input<typeof SubmitVideoRequest>,
      { idempotencyKey, signal }: Options & { readonly idempotencyKey?: string | undefined } = {},
    ) =>
      call("submitVideo", {
        body,
        signal,
        ...(idempotencyKey !== undefined && { headers: { "idempotency-key": idempotencyKey } }),
      }),
    signUpload: (jobId: string, body: SignUploadRequest, options: Options = {}) =>
      call("signUpload", { jobId, body, ...options }),
    listJobs: (query: Partial<ListJobsQuery> = {}, options: Options = {}) =>
      call("listJobs", { query, ...options }),
    getJob: (jobId: string, options: Options = {}) => call("getJob", { jobId, ...options }),
    getResults: (jobId: string, options: Options = {}) => call("getResults", { jobId, ...options }),
    cancelJob: (jobId: string, options: Options = {}) => call("cancelJob", { jobId, ...options }),
    retryJob: (jobId: string, options: Options = {}) => call("retryJob", { jobId, ...options }),
    async deleteJob(jobId: string, options: Options = {}): Promise<void> {
      await call("deleteJob", { jobId, ...options });
    },
    listPipelines: (options: Options = {}) => call("listPipelines", options),
    addModel: (body: z.input<typeof AddModelRequest>, options: Options = {}) =>
      call("addModel", { body, ...options }),
    async removePipeline(pipelineId: string, options: Options = {}): Promise<void> {
      await call("removePipeline", { pipelineId, ...options });
    },
    addWebhook: (body: AddWebhookRequest, options: Options = {}) =>
      call("addWebhook", { body, ...options }),
    listWebhooks: (options: Options = {}) => call("listWebhooks", options),
    async removeWebhook(webhookId: string, options: Options = {}): Promise<void> {
      await call("removeWebhook", { webhookId, ...options });
    },
    listDeliveries: (webhookId: string, options: Options = {}) =>
      call("listDeliveries", { webhookId, ...options }),
    redeliver: (webhookId: string, deliveryId: string, options: Options = {}) =>
      call("redeliver", { webhookId, deliveryId, ...options }),
    workerHealth: (options: Options = {}) => call("workerHealth", options),
    openapi: (options: Options = {}) => call("openapi", options),
  };
}

export type Client = ReturnType<typeof createClient>;

function pathOf({ path }: RouteFacts, { jobId, pipelineId, webhookId, deliveryId }: Ids): string {
  const ids = {
    job_id: jobId,
    pipeline_id: pipelineId,
    webhook_id: webhookId,
    delivery_id: deliveryId,
  };
  return Object.entries(ids).reduce(
    (filled, [name, id]) =>
      id === undefined ? filled : filled.replace(`{${name}}`, encodeURIComponent(id)),
    path as string,
  );
}

function searchOf(query: Call["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, `${value}`);
  }
  return search.size > 0 ? `?${search.toString()}` : "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
