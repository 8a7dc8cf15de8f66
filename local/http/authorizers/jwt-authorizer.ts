import { verify } from "node:crypto";
import * as z from "zod";
import type { JwtAuthorizerFacts } from "../../template/authorizers.ts";
import { issuerKeys, type JwtDependencies } from "./issuer-keys.ts";
import { refused, type Authorize } from "./verdict.ts";

/** API Gateway knows RSA alone; a token that works here works there. */
const hashes = { RS256: "sha256", RS384: "sha384", RS512: "sha512" } as const;

const Header = z.object({ alg: z.enum(["RS256", "RS384", "RS512"]), kid: z.string() });
const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const Claims = z.looseObject({
  iss: z.string(),
  aud: texts.optional(),
  /** Cognito's access tokens have this instead of an audience. */
  client_id: z.string().optional(),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
});

/** Lets in whoever has a token that the issuer signed for this audience and that is valid now, as API Gateway does. */
export function jwtAuthorizer(
  { header, issuer, audience }: JwtAuthorizerFacts,
  { fetch, now }: JwtDependencies,
): Authorize {
  const keys = issuerKeys(issuer, { fetch, now });

  async function claimsOf(token: string) {
    const [head = "", body = "", signature = "", ...more] = token.split(".");
    if (more.length > 0) return undefined;
    const { alg, kid } = Header.parse(json(head));
    const key = await keys.find(kid);
    const signed = Buffer.from(`${head}.${body}`);
    if (!key || !verify(hashes[alg], signed, key, Buffer.from(signature, "base64url"))) {
      return undefined;
    }
    const claims = Claims.parse(json(body));
    const { iss, aud, client_id, exp, nbf = 0, iat = 0 } = claims;
    const seconds = now() / 1000;
    const isForUs = (aud ?? [client_id]).some((each) => each && audience.includes(each));
    const isValid = iss === issuer && isForUs && exp > seconds && Math.max(nbf, iat) <= seconds;
    return isValid ? claims : undefined;
  }

  return async (request) => {
    const token = (request.headers[header] ?? "").replace(/^bearer +/i, "");
    if (token === "") return refused(401);
    try {
      const claims = await claimsOf(token);
      if (!claims) return refused(401);
      return { allowed: true, context: { jwt: { claims: asTexts(claims), scopes: null } } };
    } catch (error) {
      console.error(`A token was refused: ${error instanceof Error ? error.name : "no error"}`);
      return refused(401);
    }
  };
}

const json = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));

/** Functions get every claim as text; lists in brackets, without commas. */
const asTexts = (claims: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value)
        ? `[${value.join(" ")}]`
        : typeof value === "string"
          ? value
          : JSON.stringify(value),
    ]),
  );
