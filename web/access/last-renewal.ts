import { del, get, set } from "idb-keyval";
import type { Login } from "./held.ts";

/** The last renewal of a login in this browser, and the access tokens that it and those before it replaced, newest last. */
interface Renewal {
  readonly login: Login;
  readonly replaced: readonly string[];
}

const place = "framequeue-login";
/** No tab is further behind: a renewal takes a round to the issuer, `localStorage` some milliseconds. */
const replacedMax = 8;

/**
 * What has become of a login that `localStorage` shows. A tab's process hears of another's writing only a moment after
 * it has got the lock (nearly every second look right after it was old, in Chromium); IndexedDB shows everybody the same.
 */
export async function newest(kept: Login): Promise<Login> {
  const last = await lastRenewal();
  return last?.replaced.includes(kept.bearer) ? last.login : kept;
}

/** Notes that a login was renewed. Answers the access tokens that the new one replaces. */
export async function noteRenewal(before: Login, login: Login): Promise<readonly string[]> {
  const last = await lastRenewal();
  const earlier = last?.login.bearer === before.bearer ? last.replaced : [];
  const replaced = [...earlier, before.bearer].slice(-replacedMax);
  await set(place, { login, replaced } satisfies Renewal).catch(() => undefined);
  return replaced;
}

export const forgetRenewal = (): Promise<void> => del(place).catch(() => undefined);

/** Undefined also where a window may not keep anything: then `localStorage` alone has to do. */
const lastRenewal = (): Promise<Renewal | undefined> => get<Renewal>(place).catch(() => undefined);
