import type { Logger } from "@aws-lambda-powertools/logger";
import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Problem } from "../../contracts/api.ts";
import { errorDocs, errorFacts, PermanentError } from "../../contracts/errors.ts";
import type { ApiEvent } from "./api-event.ts";
import { requestTrace } from "./request-trace.ts";
import { methodsOf } from "./router.ts";

/** What the API answers to an error: RFC 9457. A code without a status of its own is the client's to mend: 422. */
export function problemOf(
  error: unknown,
  {
    instance,
    requestId,
    traceId,
  }: { readonly instance: string; readonly requestId: string; readonly traceId: string },
): Problem {
  const known = error instanceof PermanentError;
  const code = known ? error.code : "INTERNAL";
  const { title, hint, status = 422 } = errorFacts(code);
  return {
    type: errorDocs(code),
    title,
    status,
    detail: known ? error.message : "The cause is in the log, under the request id.",
    code,
    hint,
    instance,
    request_id: requestId,
    trace_id: traceId,
  };
}

/** Turns whatever a route throws into a problem; what is not the client's fault goes to the log. */
export function problemJson(
  logger: Logger,
): MiddlewareObj<ApiEvent, APIGatewayProxyStructuredResultV2> {
  return {
    onError(request) {
      const { error, event, context } = request;
      const problem = problemOf(error, {
        instance: event.rawPath,
        requestId: context.awsRequestId,
        traceId: requestTrace(event, context.awsRequestId),
      });
      const { code, status, detail } = problem;
      if (status >= 500) {
        logger.error("A route failed.", { route: event.routeKey, error: error as Error });
      } else logger.info("A request was refused.", { route: event.routeKey, code, detail });

      request.response = {
        statusCode: status,
        headers: {
          "content-type": "application/problem+json",
          "cache-control": "no-store",
          ...(status === 405 && { allow: methodsOf(event.rawPath).join(", ") }),
        },
        body: JSON.stringify(problem),
      };
    },
  };
}
