import { endLogin, held, keepLogin, kept, take } from "./access.ts";
import type { Held, Login } from "./held.ts";
import { forgetRenewal, newest, noteRenewal } from "./last-renewal.ts";
import { openLogin } from "./open-login.ts";

/** Renewed this long before its end, so that no request is on its way when it comes. */
const renewBeforeMs = 60_000;

const isFresh = (each: Held): boolean =>
  each.kind === "key" || (each.expiresAt ?? Infinity) - Date.now() > renewBeforeMs;

/** What to send to the API: a login is renewed before it ends. Rejects where its issuer cannot be asked and it has ended. */
export function bearer(): Promise<string | undefined> {
  const { value } = held;
  if (value === undefined || isFresh(value)) return Promise.resolve(value?.bearer);
  // One tab at a time: an issuer takes a refresh token once, and a second use looks like theft.
  return navigator.locks.request("framequeue.login", renewed);
}

async function renewed(): Promise<string | undefined> {
  const there = kept();
  if (there?.kind !== "login") return there?.bearer;
  const now = await newest(there);
  if (isFresh(now)) {
    take(now);
    return now.bearer;
  }
  const { refreshToken } = now;
  const isOver = now.expiresAt! <= Date.now();
  if (refreshToken === undefined) return isOver ? ended() : now.bearer;
  try {
    const next = await renew({ ...now, refreshToken });
    return next ?? ended();
  } catch (error) {
    // It may answer until the token has really ended.
    if (isOver) throw error;
    return now.bearer;
  }
}

/** Undefined where the issuer does not renew it any more. */
async function renew(login: Login & { refreshToken: string }): Promise<string | undefined> {
  const { issuer, LoginRefused } = await openLogin();
  try {
    const next = await issuer.renew(login);
    const replaced = await noteRenewal(login, next);
    // Somebody may have signed out while the issuer was asked, or in as somebody else.
    const there = kept();
    if (there === undefined || !replaced.includes(there.bearer)) {
      await forgetRenewal();
      return there?.bearer;
    }
    keepLogin(next);
    return next.bearer;
  } catch (error) {
    if (error instanceof LoginRefused) return undefined;
    throw error;
  }
}

function ended(): undefined {
  endLogin("ended");
  return undefined;
}
