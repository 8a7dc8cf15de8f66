import * as z from "zod";
import { FunctionError } from "../../lambda/function-error.ts";
import type { RequestAuthorizerFacts } from "../../template/authorizers.ts";
import { toGatewayEvent } from "../gateway-event.ts";
import type { HttpRequest } from "../messages.ts";
import type { RouteMatch } from "../route-table.ts";
import { refused, type Authorize, type Verdict } from "./verdict.ts";

export type Invoke = (functionName: string, event: unknown) => Promise<unknown>;

/** Identities that are remembered at a time; what comes then is asked anew. */
const rememberedMax = 1000;

const SimpleResponse = z.object({
  isAuthorized: z.boolean(),
  context: z.record(z.string(), z.unknown()).nullish(),
});

/** Asks a function, as API Gateway does: once for each identity and time to live, whatever it answered and on whichever route. */
export function requestAuthorizer(
  { functionName, identityHeaders, cacheSeconds }: RequestAuthorizerFacts,
  { invoke, now }: { readonly invoke: Invoke; readonly now: () => number },
): Authorize {
  const remembered = new Map<string, { readonly verdict: Verdict; readonly until: number }>();

  async function ask(request: HttpRequest, match: RouteMatch, identity: readonly string[]) {
    const event = authorizerEvent(request, match, { identity, now: new Date(now()) });
    const answer = SimpleResponse.safeParse(await invoke(functionName, event));
    if (!answer.success) {
      console.error(`${functionName}: gave no simple response`);
      return refused(500);
    }
    const { isAuthorized, context } = answer.data;
    const verdict: Verdict = isAuthorized
      ? { allowed: true, context: { lambda: context ?? {} } }
      : refused(403);
    if (remembered.size >= rememberedMax) remembered.clear();
    const until = now() + cacheSeconds * 1000;
    if (cacheSeconds > 0) remembered.set(JSON.stringify(identity), { verdict, until });
    return verdict;
  }

  return async (request, match) => {
    const identity = identityHeaders.map((name) => request.headers[name] ?? "");
    if (identity.includes("")) return refused(401);

    const known = remembered.get(JSON.stringify(identity));
    if (known && known.until > now()) return known.verdict;
    try {
      return await ask(request, match, identity);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      console.error(`${functionName}: ${error.message}`);
      return refused(500);
    }
  };
}

/** The request without its body, and what identifies the caller. */
function authorizerEvent(
  request: HttpRequest,
  match: RouteMatch,
  { identity, now }: { readonly identity: readonly string[]; readonly now: Date },
) {
  const { body: _body, isBase64Encoded: _encoded, ...event } = toGatewayEvent(request, match, now);
  const { method, path } = request;
  return {
    ...event,
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:us-east-1:000000000000:local/$default/${method}${path}`,
    identitySource: identity,
  };
}
