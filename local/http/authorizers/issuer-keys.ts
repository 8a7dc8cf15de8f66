import { createPublicKey, type KeyObject } from "node:crypto";
import * as z from "zod";

/** API Gateway keeps an issuer's keys for two hours. */
const keptMs = 2 * 3600 * 1000;
/** An unknown key id is looked for again, but not by every token that somebody makes up. */
const pauseMs = 60 * 1000;
const answerMsMax = 5000;

const Configuration = z.object({ jwks_uri: z.url() });
const KeySet = z.object({
  keys: z.array(z.looseObject({ kid: z.string().optional(), kty: z.string() })),
});

export interface JwtDependencies {
  readonly fetch: typeof globalThis.fetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The public RSA keys that an issuer of tokens publishes, by their ids. */
export function issuerKeys(issuer: string, { fetch, now }: JwtDependencies) {
  let keys: ReadonlyMap<string, KeyObject> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;

  async function read(url: string): Promise<unknown> {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    return answer.json();
  }

  async function refresh(): Promise<void> {
    const base = issuer.replace(/\/$/, "");
    const { jwks_uri } = Configuration.parse(
      await read(`${base}/.well-known/openid-configuration`),
    );
    const { keys: published } = KeySet.parse(await read(jwks_uri));
    keys = new Map(
      published
        .filter(({ kty }) => kty === "RSA")
        .map((key) => [key.kid ?? "", createPublicKey({ key, format: "jwk" })]),
    );
    readAt = now();
  }

  return {
    async find(kid: string): Promise<KeyObject | undefined> {
      const age = now() - readAt;
      if (age > keptMs || (!keys.has(kid) && age > pauseMs)) await refresh();
      return keys.get(kid);
    },
  };
}
