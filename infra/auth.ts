import * as z from "zod";
import { list } from "./setting-kinds.ts";

/** Who lets callers in: the keys in the system's own table, an issuer of JWTs, or a user pool that is made here. */
export const Auth = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("apiKey") }),
  z.strictObject({
    type: z.literal("jwt"),
    /** As its tokens name it in `iss`; API Gateway reads `/.well-known/openid-configuration` under it. */
    issuer: z.url().refine(isPrivate, "https, or on this machine"),
    /** One of these must stand in a token's `aud`, or in its `client_id`. */
    audience: list,
    /** Of a client without a secret that may send people back to the page; without it the page takes tokens that come from elsewhere. */
    clientId: z.string().min(1).optional(),
    /** What the page asks for at the issuer; some give an access token for an audience, or a refresh token, only for a scope of its own. */
    scopes: list.default(["openid", "email"]),
    /** Where the issuer's endpoints are, if not all on its own origin: the page's policy lets it talk to no other. */
    origins: list.pipe(z.array(z.url().transform((url) => new URL(url).origin))).optional(),
  }),
  z.strictObject({
    type: z.literal("cognito"),
    /** Where the login may send people back to, besides the page of this deployment. */
    callbackUrls: list.pipe(z.array(z.url())).optional(),
    /** Of the login's address, unique in the region. */
    domainPrefix: z
      .string()
      .regex(/^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
        message: "lower-case letters, digits and hyphens, without aws, amazon or cognito",
      }),
  }),
]);
export type Auth = z.output<typeof Auth>;

/** Browsers and OAuth trust plain HTTP on loopback only: there is no way on which somebody could listen. */
function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

const types = ["apiKey", "jwt", "cognito"] as const;

/** The context's name of each part of the union, which type it belongs to, and whether that can do without. */
const companions = {
  authIssuer: { type: "jwt", part: "issuer", optional: false },
  authAudience: { type: "jwt", part: "audience", optional: false },
  authClientId: { type: "jwt", part: "clientId", optional: true },
  authScopes: { type: "jwt", part: "scopes", optional: true },
  authOrigins: { type: "jwt", part: "origins", optional: true },
  authCallbackUrls: { type: "cognito", part: "callbackUrls", optional: true },
  authDomainPrefix: { type: "cognito", part: "domainPrefix", optional: false },
} as const;

/** Puts `auth` and its companions of the CDK context together; throws what is missing, or does not belong there. */
export function authFrom(contextValue: (name: string) => unknown): unknown {
  const given = contextValue("auth");
  // In cdk.json it may stand as it is in the props.
  if (typeof given === "object" && given !== null) return given;

  const type = types.find((known) => known === (given ?? "apiKey"));
  if (!type) throw new Error(`auth is one of ${types.join(", ")}; not ${String(given)}.`);

  const parts: Record<string, unknown> = {};
  for (const [name, { type: owner, part, optional }] of Object.entries(companions)) {
    const value = contextValue(name);
    if (owner === type && value === undefined && !optional)
      throw new Error(`auth=${type} needs ${name}.`);
    if (owner !== type && value !== undefined) {
      throw new Error(`${name} goes with auth=${owner}, and auth is ${type}.`);
    }
    if (value !== undefined) parts[part] = value;
  }
  return { type, ...parts };
}
