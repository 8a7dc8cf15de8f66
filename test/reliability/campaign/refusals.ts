import type { ProxiedRequest } from "./proxied-request.ts";

interface Refusal {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = "application/x-amz-json-1.0";
const words = "A fault that was asked for.";

/** How the service itself would say that it has a fault (500), is not there (503) or has too much to do. */
export function refusal(
  { service }: Pick<ProxiedRequest, "service">,
  why: 500 | 503 | "throttle",
): Refusal {
  if (service === "s3") {
    const [status, code] = {
      500: [500, "InternalError"] as const,
      503: [503, "ServiceUnavailable"] as const,
      throttle: [503, "SlowDown"] as const,
    }[why];
    const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${words}</Message></Error>`;
    return { status, contentType: "application/xml", body };
  }
  const [status, type] = {
    dynamodb: {
      500: [500, "com.amazonaws.dynamodb.v20120810#InternalServerError"] as const,
      503: [503, "com.amazonaws.dynamodb.v20120810#ServiceUnavailable"] as const,
      throttle: [
        400,
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
      ] as const,
    },
    sqs: {
      500: [500, "com.amazonaws.sqs#InternalFailure"] as const,
      503: [503, "com.amazonaws.sqs#ServiceUnavailable"] as const,
      throttle: [400, "com.amazonaws.sqs#RequestThrottled"] as const,
    },
  }[service][why];
  return { status, contentType: json, body: JSON.stringify({ __type: type, message: words }) };
}
