import type { RouteFacts } from "../template/http-api.ts";

export interface RouteMatch {
  readonly route: RouteFacts;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: RouteFacts;
  readonly method: string;
  readonly pattern: RegExp;
  /** Sorts the more specific route before the less specific one. */
  readonly rank: string;
}

/** Finds the route of a request as an HTTP API does: most specific path, then method, then `$default`. */
export function createRouteTable(routes: readonly RouteFacts[]) {
  const fallback = routes.find(({ routeKey }) => routeKey === "$default");
  const compiled = routes
    .filter((route) => route !== fallback)
    .map(compile)
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));

  return (method: string, path: string): RouteMatch | undefined => {
    for (const { route, method: expected, pattern } of compiled) {
      if (expected !== "ANY" && expected !== method) continue;
      const match = pattern.exec(path);
      if (match) return { route, pathParameters: decoded(match.groups ?? {}) };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function compile(route: RouteFacts): CompiledRoute {
  const [method = "", path = ""] = route.routeKey.split(" ");
  const segments = path.split("/").slice(1);
  const patterns = segments.map((segment) => {
    const [, name, greedy] = /^\{([^+}]+)(\+?)\}$/.exec(segment) ?? [];
    if (!name) return { pattern: segment.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"), rank: "0" };
    return greedy
      ? { pattern: `(?<${name}>.+)`, rank: "2" }
      : { pattern: `(?<${name}>[^/]+)`, rank: "1" };
  });
  return {
    route,
    method,
    pattern: new RegExp(`^/${patterns.map(({ pattern }) => pattern).join("/")}$`),
    rank: patterns.map(({ rank }) => rank).join("") + (method === "ANY" ? "1" : "0"),
  };
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}
