import { setTimeout as sleep } from "node:timers/promises";
import { FunctionError } from "../lambda/function-error.ts";
import type { RouteFacts } from "../template/http-api.ts";
import { createAuthorizers } from "./authorizers/authorizers.ts";
import { toGatewayEvent } from "./gateway-event.ts";
import { fromFunctionResult } from "./gateway-response.ts";
import type { HttpRequest, HttpResponse } from "./messages.ts";
import { message } from "./messages.ts";
import { createRouteTable } from "./route-table.ts";

export interface GatewayDependencies {
  readonly routes: readonly RouteFacts[];
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
}

/** An HTTP API: request in, function's answer out, with the gateway's own words where there is none. */
export function createGateway({ routes, invoke }: GatewayDependencies) {
  const find = createRouteTable(routes);
  const authorize = createAuthorizers({ routes, invoke });

  return async (request: HttpRequest): Promise<HttpResponse> => {
    const match = find(request.method, request.path);
    if (!match) return message(404, "Not Found");

    const { functionName, timeoutSeconds } = match.route;
    const verdict = await authorize(request, match);
    if (!verdict.allowed) return verdict.response;

    const event = toGatewayEvent(request, match, new Date(), verdict.context);
    const answered = new AbortController();
    try {
      const late = sleep(timeoutSeconds * 1000, "late" as const, { signal: answered.signal });
      late.catch(() => undefined);
      const result = await Promise.race([invoke(functionName, event), late]);
      if (result === "late") return message(503, "Service Unavailable");
      return fromFunctionResult(result);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      console.error(`${functionName}: ${error.message}`);
      if (error.errorType === "RequestEntityTooLarge") return message(413, "Request Too Long");
      if (error.errorType === "TooManyRequests") return message(503, "Service Unavailable");
      return message(500, "Internal Server Error");
    } finally {
      answered.abort();
    }
  };
}
