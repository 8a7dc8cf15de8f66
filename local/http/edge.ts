import type { BehaviourFacts, DistributionFacts, OriginFacts } from "../template/distribution.ts";
import type { HttpRequest, HttpResponse } from "./messages.ts";
import { message } from "./messages.ts";
import { wildcard } from "./wildcard.ts";

export type Handle = (request: HttpRequest) => Promise<HttpResponse>;

/** The distribution in front of page and API: which origin answers, and what is added to its answer. */
export function createEdge(
  { behaviours, defaultRootObject, errorResponses }: DistributionFacts,
  originOf: (origin: OriginFacts) => Handle,
): Handle {
  const compiled = behaviours.map((behaviour) => ({
    behaviour,
    pattern: wildcard(behaviour.pathPattern.replace(/^(?=[^/*])/, "/")),
    answer: originOf(behaviour.origin),
  }));
  const behaviourOf = (path: string) => compiled.find(({ pattern }) => pattern.test(path))!;

  async function answer(request: HttpRequest): Promise<HttpResponse> {
    const { behaviour, answer } = behaviourOf(request.path);
    if (!behaviour.methods.includes(request.method)) return message(403, "Method Not Allowed");

    const path = request.path === "/" ? `/${defaultRootObject}` : request.path;
    return withHeaders(await answer({ ...request, path }), behaviour);
  }

  return async (request) => {
    const response = await answer(request);
    const replaced = errorResponses.find(({ status }) => status === response.status);
    if (!replaced) return response;
    const page = await answer({ ...request, method: "GET", path: replaced.path });
    return { ...page, status: replaced.responseStatus };
  };
}

function withHeaders(response: HttpResponse, { responseHeaders }: BehaviourFacts): HttpResponse {
  return { ...response, headers: { ...response.headers, ...responseHeaders } };
}
