import type { LookupFunction } from "node:net";
import { request } from "node:https";
import { limits } from "../../contracts/limits.ts";
import type { HostAddress, ResolvePublic } from "../public-address.ts";

/** What came of a request: a status, or why there was none. */
export type Answer = { readonly status: number } | { readonly error: string };

export type PostWebhook = (
  url: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
) => Promise<Answer>;

export interface PostWebhookDependencies {
  readonly resolvePublic: ResolvePublic;
  /** Certificates to trust instead of the system's. */
  readonly ca?: string;
}

/**
 * Posts to the one address that was checked, so that the name cannot lead elsewhere in between. Follows no redirect, which
 * could lead inside; waits `webhookAnswerSeconds` in all and reads a few kilobytes. Never rejects.
 */
export function webhookPoster({ resolvePublic, ca }: PostWebhookDependencies): PostWebhook {
  return async (url, { headers, body }) => {
    const signal = AbortSignal.timeout(limits.webhookAnswerSeconds * 1000);
    try {
      const address = await resolvePublic(new URL(url).hostname);
      return { status: await post(url, { headers, body, address, signal, ca }) };
    } catch (error) {
      if (signal.aborted) return { error: `no answer within ${limits.webhookAnswerSeconds} s` };
      const { code, message } = error as NodeJS.ErrnoException;
      return { error: code ?? message };
    }
  };
}

interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly address: HostAddress;
  readonly signal: AbortSignal;
  readonly ca: string | undefined;
}

function post(url: string, { headers, body, address, signal, ca }: Post): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(url, {
    method: "POST",
    headers: { ...headers, "content-length": `${Buffer.byteLength(body)}` },
    // A connection of its own: one that is kept would not be checked again.
    agent: false,
    lookup: pinnedTo(address),
    signal,
    ...(ca !== undefined && { ca }),
  });
  sent.on("error", reject);
  sent.on("response", (response) => {
    let bytes = 0;
    response.on("error", reject);
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes < limits.webhookAnswerBytesMax) return;
      resolve(response.statusCode!);
      response.destroy();
    });
    response.on("end", () => resolve(response.statusCode!));
  });
  sent.end(body);
  return promise;
}

/** A lookup that knows one address, in both of the forms in which Node asks. */
const pinnedTo =
  ({ address, family }: HostAddress): LookupFunction =>
  (_hostname, { all }, answer) => {
    if (all) answer(null, [{ address, family }]);
    else answer(null, address, family);
  };
