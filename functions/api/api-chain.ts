import type { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import chain, { type MiddlewareObj } from "@middy/core";
import type { ApiEvent } from "./api-event.ts";
import { problemJson } from "./problem.ts";
import { requestTrace } from "./request-trace.ts";
import type { router } from "./router.ts";

/** The API as one handler: each route by its behaviour, each error as a problem. */
export const apiChain = (logger: Logger, answer: ReturnType<typeof router>) =>
  chain(answer)
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(traced(logger))
    .use(problemJson(logger));

/** Each line about a request names its trace. */
const traced = (logger: Logger): MiddlewareObj<ApiEvent> => ({
  before({ event, context }) {
    logger.appendKeys({ trace_id: requestTrace(event, context.awsRequestId) });
  },
});
