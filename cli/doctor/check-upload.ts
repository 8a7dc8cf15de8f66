import type { SignedRequestView } from "../../contracts/api.ts";
import { sendToStore } from "../client/send-to-store.ts";
import type { Finding } from "./finding.ts";
import { broken, ok, warning } from "./finding.ts";

const headersNeeded = ["content-type", "if-none-match"];

/** Whether a browser on that page may upload: the store's answer to its preflight. */
export async function checkCors(
  { url }: Pick<SignedRequestView, "url">,
  { origin, originIsPage }: { readonly origin: string; readonly originIsPage: boolean },
  signal: AbortSignal,
): Promise<Finding> {
  const hint = "The bucket's CORS rule must allow the page's origin, PUT and every header.";
  // A guessed origin that is refused proves nothing about the page.
  const fault = originIsPage ? broken : warning;
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": headersNeeded.join(","),
      },
      signal,
    });
  } catch {
    signal.throwIfAborted();
    return broken(
      "storage",
      `${new URL(url).origin} does not answer`,
      "Check the network between here and the storage.",
    );
  }

  const allowed = answer.headers.get("access-control-allow-origin");
  if (answer.ok && (allowed === "*" || allowed === origin)) {
    return ok("upload CORS", `pages at ${origin} may upload`);
  }
  const guess = originIsPage ? "" : " (the page's address is not known; name it with --page URL)";
  return fault(
    "upload CORS",
    `the storage refuses pages at ${origin}: ${answer.status}${guess}`,
    hint,
  );
}

/** Whether the presigned PUT is taken. */
export async function checkPut(
  put: SignedRequestView,
  body: string,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    await sendToStore(put, body, { signal });
    return ok("upload PUT", `${new URL(put.url).origin} took ${body.length} bytes`);
  } catch (error) {
    signal.throwIfAborted();
    return broken(
      "upload PUT",
      error instanceof Error ? error.message : String(error),
      "Check the clock of this machine, and that the API's function may write to the bucket.",
    );
  }
}
