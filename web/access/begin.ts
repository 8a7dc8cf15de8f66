import { keyFrom } from "./key-from.ts";
import { refusal, rememberHeld, signIn } from "./access.ts";
import { takeLogin } from "./login.ts";

/** Takes `#key=…` out of the address and of the history at once, and signs in with it. */
function takeKey(): void {
  if (!location.hash.startsWith("#key=")) return;
  const key = keyFrom(location.hash);
  history.replaceState(history.state, "", `${location.pathname}${location.search}#/`);
  if (key !== undefined) signIn(key);
  else refusal.value = 401;
}

rememberHeld();
takeKey();
takeLogin();
// A tab that is open already gets the link too.
addEventListener("hashchange", takeKey);
