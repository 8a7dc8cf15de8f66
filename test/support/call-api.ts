import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { routes, type RouteFacts, type RouteName } from "../../contracts/routes.ts";
import { apiChain } from "../../functions/api/api-chain.ts";
import type { ApiEvent } from "../../functions/api/api-event.ts";
import { behaviours, type ApiDependencies } from "../../functions/api/behaviours.ts";
import { router } from "../../functions/api/router.ts";

export interface Call {
  readonly jobId?: string;
  readonly pipelineId?: string;
  readonly webhookId?: string;
  readonly deliveryId?: string;
  readonly body?: unknown;
  /** Instead of `body`: sent as it stands. */
  readonly rawBody?: string;
  readonly base64?: boolean;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  /** What the authorizer says of the caller: an API key of the owner "team" unless told otherwise; null: nothing. */
  readonly authorizer?: unknown;
  readonly routeKey?: string;
  readonly rawPath?: string;
  readonly method?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say themselves what they expect
  readonly body: any;
}

/** Calls the API's whole chain as API Gateway does; every answer is checked against the contract's schema. */
export function callApi(system: ApiDependencies) {
  const handler = apiChain(new Logger({ logLevel: "SILENT" }), router(behaviours(system)));

  return async (name: RouteName, call: Call = {}): Promise<Answer> => {
    const facts: RouteFacts = routes[name];
    const parameters: Record<string, string> = {
      ...(call.jobId !== undefined && { job_id: call.jobId }),
      ...(call.pipelineId !== undefined && { pipeline_id: call.pipelineId }),
      ...(call.webhookId !== undefined && { webhook_id: call.webhookId }),
      ...(call.deliveryId !== undefined && { delivery_id: call.deliveryId }),
    };
    const path =
      call.rawPath ?? facts.path.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? "");
    const body = call.rawBody ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const { authorizer = { lambda: { owner: "team", kind: "api" } } } = call;
    const event = {
      version: "2.0",
      routeKey: call.routeKey ?? `${facts.method} ${facts.path}`,
      rawPath: path,
      rawQueryString: "",
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.query && { queryStringParameters: call.query }),
      ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
      requestContext: {
        http: { method: call.method ?? facts.method, path },
        ...(authorizer !== null && { authorizer }),
      },
      ...(body !== undefined && { body }),
      isBase64Encoded: call.base64 ?? false,
    } as unknown as ApiEvent;

    const answer = await handler(event, { awsRequestId: "request-1" } as Context);
    const status = answer.statusCode!;
    const parsed: unknown = answer.body === undefined ? undefined : JSON.parse(answer.body);
    if (status === facts.status && facts.response) facts.response.parse(parsed);
    return { status, headers: answer.headers ?? {}, body: parsed };
  };
}
