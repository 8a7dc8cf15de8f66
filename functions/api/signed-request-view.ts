import type { SignedRequestView } from "../../contracts/api.ts";
import type { SignedRequest } from "../../contracts/ports/media-bucket.ts";
import { timeOf } from "./time.ts";

/** A signed request as the API gives it away. */
export const signedRequestView = ({
  method,
  url,
  headers,
  expiresAt,
}: SignedRequest): SignedRequestView => ({
  method,
  url,
  headers: { ...headers },
  expires_at: timeOf(expiresAt),
});
