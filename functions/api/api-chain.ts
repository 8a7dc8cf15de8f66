import type { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import chain from "@middy/core";
import { problemJson } from "./problem.ts";
import type { router } from "./router.ts";

/** The API as one handler: each route by its behaviour, each error as a problem. */
export const apiChain = (logger: Logger, answer: ReturnType<typeof router>) =>
  chain(answer).use(injectLambdaContext(logger)).use(problemJson(logger));
