import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { PermanentError } from "../../contracts/errors.ts";
import { JobId } from "../../contracts/job-id.ts";
import { routes, type RouteFacts, type RouteName } from "../../contracts/routes.ts";
import { callerOf, type ApiEvent, type Caller } from "./api-event.ts";
import { readBody, readInput } from "./read-body.ts";
import { requestTrace } from "./request-trace.ts";
import type { Behaviours } from "./route-request.ts";

const namesByKey = new Map(
  Object.entries(routes).map(([name, { method, path }]) => [
    `${method} ${path}`,
    name as RouteName,
  ]),
);

/** Answers every route of the contract by its behaviour. */
export function router(behaviours: Behaviours) {
  return async (
    event: ApiEvent,
    { awsRequestId }: Pick<Context, "awsRequestId">,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const caller = callerOf(event);
    const name = namesByKey.get(event.routeKey);
    if (!name) throw unknownRoute(event);

    const facts: RouteFacts = routes[name];
    refuseOthers(facts, caller);
    const request = {
      owner: caller.owner,
      keyId: caller.keyId,
      jobId: facts.path.includes("{job_id}") ? jobIdOf(event) : undefined,
      pipelineId: event.pathParameters?.["pipeline_id"],
      webhookId: event.pathParameters?.["webhook_id"],
      deliveryId: event.pathParameters?.["delivery_id"],
      query: facts.query && readInput(event.queryStringParameters ?? {}, facts.query),
      body: facts.body && readBody(event, facts.body),
      idempotencyKey: event.headers["idempotency-key"],
      traceId: requestTrace(event, awsRequestId),
    };
    // The name ties request and behaviour together, which the type of a union of functions cannot say.
    const answer: unknown = await behaviours[name](request as never);

    if (facts.status === 204) return { statusCode: 204 };
    return {
      statusCode: facts.status,
      headers: { "content-type": "application/json", "cache-control": "no-store" },
      body: JSON.stringify(answer),
    };
  };
}

/** A worker's token opens a worker's routes and nothing else, and nothing else opens those. */
function refuseOthers({ caller }: RouteFacts, { kind }: Caller): void {
  if (kind === (caller ?? "api")) return;
  throw new PermanentError(
    "NOT_ALLOWED",
    kind === "worker"
      ? "A worker token does not open this route."
      : "Only a worker token opens this route.",
  );
}

function jobIdOf({ pathParameters }: ApiEvent): JobId {
  const jobId = JobId.safeParse(pathParameters?.["job_id"]);
  if (jobId.success) return jobId.data;
  throw new PermanentError("JOB_NOT_FOUND", "The address names no job id.");
}

/** The methods that the contract has for an address. */
export const methodsOf = (path: string): readonly string[] =>
  Object.values(routes)
    .filter((route) =>
      new RegExp(`^${route.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
    )
    .map(({ method }) => method);

function unknownRoute({ rawPath, requestContext }: ApiEvent): PermanentError {
  const { method } = requestContext.http;
  const methods = methodsOf(rawPath);
  if (!methods.length) return new PermanentError("ROUTE_NOT_FOUND", "The address has no route.");
  return new PermanentError(
    "METHOD_NOT_ALLOWED",
    `${method} is not among the methods of this address: ${methods.join(", ")}.`,
  );
}
