import { signal } from "@preact/signals";
import { readHeld, type Held, type Login } from "./held.ts";
import { forgetRenewal } from "./last-renewal.ts";

const place = "framequeue-key";

/** What opens the API, as it was last given; kept in this browser until somebody signs out. */
export const held = signal<Held | undefined>(undefined);

/**
 * Why the API lets nobody in: 401 without a key, 403 with one that opens nothing, because a login has ended, or
 * because the API does not take what the issuer gave; undefined while it does.
 */
export const refusal = signal<401 | 403 | "ended" | "unfit" | undefined>(undefined);

/** Takes the API's word that this bearer, or none, opens nothing. A late answer to another one says nothing. */
export function bearerRefused(status: 401 | 403, bearer: string | undefined): void {
  const { value } = held;
  if (bearer !== value?.bearer) return;
  if (value?.kind === "login") {
    endLogin((value.expiresAt ?? 0) > Date.now() ? "unfit" : "ended");
  } else refusal.value ??= status;
}

/** Uses this key, or another system's token, from now on. The API's next answer tells whether it opens anything. */
export function signIn(key: string): void {
  localStorage.setItem(place, key);
  take({ kind: "key", bearer: key });
}

/** Uses what a login gave from now on, the first time or renewed. */
export function keepLogin(login: Login): void {
  localStorage.setItem(place, JSON.stringify(login));
  take(login);
}

/** Forgets a login that its issuer does not renew, or that the API does not take, and asks for a new one. */
export function endLogin(why: "ended" | "unfit"): void {
  void forget();
  held.value = undefined;
  refusal.value = why;
}

/** Forgets what was kept in every tab. What was read with it stays on this page until it is left. */
export function forget(): Promise<void> {
  localStorage.removeItem(place);
  return forgetRenewal();
}

/** What this browser keeps now: another tab may have renewed it. */
export const kept = (): Held | undefined => readHeld(localStorage.getItem(place));

/** Uses what this browser keeps, and follows the other tabs when one signs in or out. */
export function rememberHeld(): void {
  held.value = kept();
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== place && key !== null) return;
    const next = readHeld(newValue);
    if (next?.bearer === held.value?.bearer) return;
    const isRenewed = next?.kind === "login" && next.subject === subjectOf(held.value);
    if (next !== undefined && (refusal.value !== undefined || isRenewed)) take(next);
    // What this tab shows may be somebody else's now.
    else location.reload();
  });
}

/** Uses it in this tab from now on; what is kept stays. */
export function take(next: Held): void {
  held.value = next;
  refusal.value = undefined;
}

const subjectOf = (each: Held | undefined): string | undefined =>
  each?.kind === "login" ? each.subject : undefined;
