import type { HttpResponse } from "./messages.ts";
import { message } from "./messages.ts";

interface FunctionResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** What an HTTP API answers with when the function returned this. */
export function fromFunctionResult(result: unknown): HttpResponse {
  if (!isResponse(result)) {
    // Without a status code the whole result is the body.
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: typeof result === "string" ? result : JSON.stringify(result ?? null),
    };
  }
  const { statusCode, headers = {}, cookies = [], body = "", isBase64Encoded } = result;
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599) {
    return message(500, "Internal Server Error");
  }
  const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), `${value}`]);
  return {
    status: statusCode,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      ...Object.fromEntries(texts),
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, "base64") : body,
  };
}

function isResponse(result: unknown): result is FunctionResponse {
  return typeof result === "object" && result !== null && "statusCode" in result;
}
