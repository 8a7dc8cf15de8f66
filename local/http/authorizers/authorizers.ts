import type { AuthorizerFacts } from "../../template/authorizers.ts";
import type { RouteFacts } from "../../template/http-api.ts";
import type { HttpRequest } from "../messages.ts";
import type { RouteMatch } from "../route-table.ts";
import { jwtAuthorizer } from "./jwt-authorizer.ts";
import { requestAuthorizer, type Invoke } from "./request-authorizer.ts";
import type { Authorize, Verdict } from "./verdict.ts";

/** Asks the authorizer of a request's route; each keeps what it remembers to itself. */
export function createAuthorizers({
  routes,
  invoke,
}: {
  readonly routes: readonly RouteFacts[];
  readonly invoke: Invoke;
}): (request: HttpRequest, match: RouteMatch) => Promise<Verdict> {
  const authorizers = new Map<string, Authorize>();
  const made = (facts: AuthorizerFacts): Authorize =>
    facts.kind === "jwt"
      ? jwtAuthorizer(facts, { fetch, now: Date.now })
      : requestAuthorizer(facts, { invoke, now: Date.now });
  for (const { authorizer } of routes) {
    if (authorizer && !authorizers.has(authorizer.name)) {
      authorizers.set(authorizer.name, made(authorizer));
    }
  }

  return async (request, match) => {
    const { authorizer } = match.route;
    return authorizer ? authorizers.get(authorizer.name)!(request, match) : { allowed: true };
  };
}
