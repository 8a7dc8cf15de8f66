import type { IncomingHttpHeaders } from "node:http";
import type { CorsRule } from "./bucket-store.ts";

/** The answer's CORS headers as the first rule that fits says; undefined when none does or no page asks. */
export function corsHeaders(
  { method, headers }: { method: string; headers: IncomingHttpHeaders },
  rules: readonly CorsRule[],
): Record<string, string> | undefined {
  const { origin } = headers;
  if (origin === undefined) return undefined;
  const preflight = method === "OPTIONS";
  const wantedMethod = preflight ? (headers["access-control-request-method"] ?? "") : method;
  const wantedHeaders = preflight ? splitList(headers["access-control-request-headers"] ?? "") : [];

  for (const rule of rules) {
    const allowedOrigin = rule.allowedOrigins.find((pattern) => fits(pattern, origin));
    if (allowedOrigin === undefined || !rule.allowedMethods.includes(wantedMethod)) continue;
    const allows = (header: string) =>
      (rule.allowedHeaders ?? []).some((pattern) => fits(pattern, header));
    if (!wantedHeaders.every(allows)) continue;

    return {
      "access-control-allow-origin": allowedOrigin === "*" ? "*" : origin,
      "access-control-allow-methods": rule.allowedMethods.join(", "),
      ...(allowedOrigin !== "*" && { "access-control-allow-credentials": "true" }),
      ...(wantedHeaders.length > 0 && { "access-control-allow-headers": wantedHeaders.join(", ") }),
      ...(rule.exposeHeaders?.length && {
        "access-control-expose-headers": rule.exposeHeaders.join(", "),
      }),
      ...(preflight &&
        rule.maxAgeSeconds !== undefined && {
          "access-control-max-age": String(rule.maxAgeSeconds),
        }),
      vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    };
  }
  return undefined;
}

function splitList(header: string): string[] {
  return header
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}

/** Compares with a pattern that may hold `*`, without regard to case. */
function fits(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${source}$`, "i").test(text);
}
