import { signal } from "@preact/signals";
import { forget, held, keepLogin } from "./access.ts";
import type { Departure } from "./issuer.ts";
import { openLogin } from "./open-login.ts";

const place = (state: string) => `framequeue-login.${state}`;

/** How a login that was begun goes on: under way, or why it did not come to an end. */
export const login = signal<{ readonly fault?: string } | undefined>(undefined);

/** Leads to the issuer's pages, and from there back to where the page is now. */
export async function beginLogin(): Promise<void> {
  login.value = {};
  try {
    const { issuer } = await openLogin();
    const { url, departure } = await issuer.depart();
    // Of this tab alone, and gone with it.
    const began = JSON.stringify({ ...departure, back: location.hash });
    sessionStorage.setItem(place(departure.state), began);
    // Whoever goes back finds the page as it was left.
    addEventListener("pageshow", ({ persisted }) => persisted && (login.value = undefined), {
      once: true,
    });
    location.assign(url);
  } catch {
    login.value = { fault: "The sign-in does not answer. Check the connection and try again." };
  }
}

/** Takes the issuer's answer out of the address and of the history at once, and signs in with it. */
export function takeLogin(): void {
  const address = new URLSearchParams(location.search);
  const state = address.get("state");
  if (state === null || !(address.has("code") || address.has("error"))) return;
  const began = sessionStorage.getItem(place(state));
  sessionStorage.removeItem(place(state));
  const departure = began === null ? undefined : (JSON.parse(began) as Began);
  history.replaceState(history.state, "", `${location.pathname}${departure?.back || "#/"}`);
  if (departure === undefined) {
    login.value = { fault: "That sign-in was begun in another tab, or long ago. Begin again." };
    return;
  }
  login.value = {};
  void arrive(address, departure);
}

type Began = Departure & { readonly back: string };

async function arrive(address: URLSearchParams, departure: Departure): Promise<void> {
  try {
    const { issuer, LoginRefused } = await openLogin();
    try {
      keepLogin(await issuer.arrive(address, departure));
      login.value = undefined;
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      const isDenied = error.code === "access_denied";
      login.value = {
        fault: isDenied
          ? "The sign-in was cancelled, or you may not use this system."
          : `The sign-in was refused (${error.code}). Begin again; if it stays so, tell whoever runs the system.`,
      };
    }
  } catch (error) {
    console.error(error);
    login.value = {
      fault: "The sign-in could not be finished. Check the connection and try again.",
    };
  }
}

/** Forgets the key or the login in every tab, and with it all that was read with it; ends a login at its issuer, too. */
export async function signOut(): Promise<void> {
  const { value } = held;
  await forget();
  const wayOut = value?.kind === "login" ? await leave(value).catch(() => undefined) : undefined;
  if (wayOut === undefined) location.reload();
  else location.assign(wayOut);
}

async function leave(value: Parameters<Issuer["revoke"]>[0]): Promise<string | undefined> {
  const { issuer } = await openLogin();
  // Whoever cannot be told hears of it when the token ends.
  await issuer.revoke(value).catch(() => undefined);
  return issuer.wayOut(value);
}

type Issuer = Awaited<ReturnType<typeof openLogin>>["issuer"];
