import * as z from "zod";
import { list } from "./setting-kinds.ts";

/** Who lets callers in: the keys in the system's own table, an issuer of JWTs, or a user pool that is made here. */
export const Auth = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("apiKey") }),
  z.strictObject({
    type: z.literal("jwt"),
    /** As its tokens name it in `iss`; API Gateway reads `/.well-known/openid-configuration` under it. */
    issuer: z.url({ protocol: /^https$/ }),
    /** One of these must stand in a token's `aud`, or in its `client_id`. */
    audience: list,
  }),
  z.strictObject({
    type: z.literal("cognito"),
    /** Where the login may send people back to: the page's addresses. */
    callbackUrls: list.pipe(z.array(z.url())),
    /** Of the login's address, unique in the region. */
    domainPrefix: z
      .string()
      .regex(/^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
        message: "lower-case letters, digits and hyphens, without aws, amazon or cognito",
      }),
  }),
]);
export type Auth = z.output<typeof Auth>;

const types = ["apiKey", "jwt", "cognito"] as const;

/** The context's name of each part of the union, and which type it belongs to. */
const companions = {
  authIssuer: { type: "jwt", part: "issuer" },
  authAudience: { type: "jwt", part: "audience" },
  authCallbackUrls: { type: "cognito", part: "callbackUrls" },
  authDomainPrefix: { type: "cognito", part: "domainPrefix" },
} as const;

/** Puts `auth` and its companions of the CDK context together; throws what is missing, or does not belong there. */
export function authFrom(contextValue: (name: string) => unknown): unknown {
  const given = contextValue("auth");
  // In cdk.json it may stand as it is in the props.
  if (typeof given === "object" && given !== null) return given;

  const type = types.find((known) => known === (given ?? "apiKey"));
  if (!type) throw new Error(`auth is one of ${types.join(", ")}; not ${String(given)}.`);

  const parts: Record<string, unknown> = {};
  for (const [name, { type: owner, part }] of Object.entries(companions)) {
    const value = contextValue(name);
    if (owner === type && value === undefined) throw new Error(`auth=${type} needs ${name}.`);
    if (owner !== type && value !== undefined) {
      throw new Error(`${name} goes with auth=${owner}, and auth is ${type}.`);
    }
    if (value !== undefined) parts[part] = value;
  }
  return { type, ...parts };
}
