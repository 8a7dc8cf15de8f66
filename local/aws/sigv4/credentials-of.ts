import { AwsError } from "../aws-error.ts";
import type { Credentials } from "./signature.ts";
import type { Verifier } from "./verifier.ts";

/** How each service says that a session's token is over, or not one that was given out. */
const refusals = {
  s3: { expired: "ExpiredToken", unknown: "InvalidToken" },
  sqs: { expired: "ExpiredToken", unknown: "InvalidClientTokenId" },
  sts: { expired: "ExpiredToken", unknown: "InvalidClientTokenId" },
  events: { expired: "ExpiredTokenException", unknown: "UnrecognizedClientException" },
  ecs: { expired: "ExpiredTokenException", unknown: "UnrecognizedClientException" },
  dynamodb: { expired: "ExpiredTokenException", unknown: "UnrecognizedClientException" },
} as const;

/** The key pair that a request must be signed with: the machine's own, or the session's whose token it carries. */
export function credentialsOf(
  accessKeyId: string,
  token: string | undefined,
  { service, credentials, sessions }: Verifier,
): Credentials {
  if (token === undefined) return credentials;

  const session = sessions.find(accessKeyId);
  const status = service === "s3" ? 400 : 403;
  if (!session || session.sessionToken !== token) {
    throw new AwsError(
      status,
      refusals[service].unknown,
      "The security token included in the request is invalid.",
    );
  }
  if (session.expiresAt > Date.now()) return session;
  throw new AwsError(
    status,
    refusals[service].expired,
    "The security token included in the request is expired",
  );
}
