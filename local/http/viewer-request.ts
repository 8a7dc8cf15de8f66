import { createContext, Script } from "node:vm";
import type { HttpRequest, HttpResponse } from "./messages.ts";

interface CloudFrontRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, { value: string }>>;
}

interface CloudFrontResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, { value: string }>>;
  readonly body?: string | { data: string };
}

/** Runs a CloudFront function's own source on each request; without one, requests pass as they are. */
export function compileViewerRequest(source: string | undefined) {
  if (source === undefined) return (request: HttpRequest): HttpRequest | HttpResponse => request;
  const context = createContext({});
  new Script(source).runInContext(context);
  const call = new Script("handler(event)");

  return (request: HttpRequest): HttpRequest | HttpResponse => {
    const { method, path, headers, sourceIp } = request;
    context["event"] = {
      version: "1.0",
      context: { eventType: "viewer-request" },
      viewer: { ip: sourceIp },
      request: {
        method,
        uri: path,
        querystring: {},
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, { value }]),
        ),
        cookies: {},
      } satisfies CloudFrontRequest & Record<string, unknown>,
    };
    const result = call.runInContext(context, { timeout: 100 }) as
      | CloudFrontRequest
      | CloudFrontResponse;
    return "uri" in result ? { ...request, path: result.uri } : toResponse(result);
  };
}

function toResponse({ statusCode, headers = {}, body = "" }: CloudFrontResponse): HttpResponse {
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
    body: typeof body === "string" ? body : body.data,
  };
}
