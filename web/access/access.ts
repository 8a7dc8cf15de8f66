import { signal } from "@preact/signals";

const place = "framequeue-key";

/** What opens the API, as it was last given; kept in this browser until somebody signs out. */
export const apiKey = signal<string | undefined>(undefined);

/** Why the API lets nobody in: 401 without a key, 403 with one that opens nothing; undefined while it does. */
export const refusal = signal<401 | 403 | undefined>(undefined);

/** Takes the API's word that this key, or none, opens nothing. A late answer to another key says nothing. */
export function keyRefused(status: 401 | 403, key: string | undefined): void {
  if (key === apiKey.value) refusal.value = status;
}

/** Uses this key from now on. The API's next answer tells whether it opens anything. */
export function signIn(key: string): void {
  localStorage.setItem(place, key);
  apiKey.value = key;
  refusal.value = undefined;
}

/** Forgets the key in every tab, and with it all that was read with it. */
export function signOut(): void {
  localStorage.removeItem(place);
  location.reload();
}

/** Uses the key that this browser keeps, and follows the other tabs when one signs in or out. */
export function rememberKey(): void {
  apiKey.value = localStorage.getItem(place) ?? undefined;
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== place && key !== null) return;
    if (newValue !== null && refusal.value !== undefined) signIn(newValue);
    // What this tab shows may be somebody else's now.
    else if ((newValue ?? undefined) !== apiKey.value) location.reload();
  });
}
