import { PermanentError } from "../contracts/errors.ts";
import type { ResolvePublic } from "./public-address.ts";

/** The address as it is kept; PermanentError WEBHOOK_URL_REFUSED where it cannot be a webhook's. */
export async function checkedWebhookUrl(
  text: string,
  resolvePublic: ResolvePublic,
): Promise<string> {
  const url = URL.parse(text);
  if (!url) throw refused("It is no URL.");
  if (url.protocol !== "https:") throw refused("Its scheme is not https.");
  if (url.username || url.password) throw refused("It has a user's name or password in it.");
  if (url.hash) throw refused("It has a fragment, which is never sent.");
  try {
    await resolvePublic(url.hostname);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refused(
      code ? `${url.hostname} cannot be resolved: ${code}.` : `${(error as Error).message}.`,
    );
  }
  return url.href;
}

const refused = (message: string) => new PermanentError("WEBHOOK_URL_REFUSED", message);
