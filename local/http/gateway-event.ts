import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { HttpRequest } from "./messages.ts";
import type { RouteMatch } from "./route-table.ts";

/** Bodies of these types reach the function as text, all others as base64. Forms are not among them. */
const textTypes = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml)))/;

/** What an authorizer says of the caller, as functions see it. */
export type AuthorizerContext =
  | { readonly lambda: Readonly<Record<string, unknown>> }
  | { readonly jwt: { readonly claims: Readonly<Record<string, string>>; readonly scopes: null } };

export type GatewayEvent = APIGatewayProxyEventV2 & {
  readonly requestContext: { readonly authorizer?: AuthorizerContext };
};

/** The event of payload format 2.0 that an HTTP API makes of a request. */
export function toGatewayEvent(
  request: HttpRequest,
  { route, pathParameters }: RouteMatch,
  now: Date,
  authorizer?: AuthorizerContext,
): GatewayEvent {
  const { method, path, query, headers, body, sourceIp } = request;
  const { cookie, ...others } = headers;
  const isText = textTypes.test(headers["content-type"] ?? "text/plain");

  return {
    version: "2.0",
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: others,
    ...(query && { queryStringParameters: joined(new URLSearchParams(query)) }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      ...(authorizer && { authorizer }),
      domainName: headers["host"] ?? "",
      domainPrefix: "local",
      http: {
        method,
        path,
        protocol: "HTTP/1.1",
        sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: "$default",
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.byteLength > 0 && {
      body: Buffer.from(body).toString(isText ? "utf8" : "base64"),
    }),
    isBase64Encoded: body.byteLength > 0 && !isText,
  };
}

/** Values of one name are joined with commas. */
function joined(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(",")]),
  );
}

/** For example 23/Nov/2026:19:05:07 +0000. */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(/,? /);
  return `${day}/${month}/${year}:${time} +0000`;
}
