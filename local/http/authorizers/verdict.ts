import type { AuthorizerContext } from "../gateway-event.ts";
import type { HttpRequest, HttpResponse } from "../messages.ts";
import { message } from "../messages.ts";
import type { RouteMatch } from "../route-table.ts";

/** Whether a request goes on, with what functions are told of its caller, or what it is answered. */
export type Verdict =
  | { readonly allowed: true; readonly context?: AuthorizerContext }
  | { readonly allowed: false; readonly response: HttpResponse };

export type Authorize = (request: HttpRequest, match: RouteMatch) => Promise<Verdict>;

/** A refusal in API Gateway's own words. */
export const refused = (status: 401 | 403 | 500): Verdict => ({
  allowed: false,
  response: message(
    status,
    { 401: "Unauthorized", 403: "Forbidden", 500: "Internal Server Error" }[status],
  ),
});
