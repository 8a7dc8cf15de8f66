import { signInSettings } from "./sign-in-settings.ts";

/** The page's address without anything behind it: what the issuer knows it by. */
const pageAddress = () => `${location.origin}/`;

/** The issuer that this system's people sign in at; its code is loaded by whoever needs it. */
export async function openLogin() {
  const settings = await signInSettings();
  if (settings.kind !== "login") throw new Error("There is no login here any more.");
  const { openIssuer, LoginRefused } = await import("./issuer.ts");
  const issuer = await openIssuer(settings, { redirectUri: pageAddress(), now: Date.now });
  return { issuer, LoginRefused };
}
