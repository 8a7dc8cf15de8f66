import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../aws-error.ts";
import type { TemporaryCredentials } from "../sts/session-store.ts";
import type { RequestTarget } from "../http/request-target.ts";
import { credentialsOf } from "./credentials-of.ts";
import type { Verifier } from "./verifier.ts";
import type { CredentialScope } from "./signature.ts";
import { checkSignature, sha256Hex } from "./signature.ts";

/** The parts of a request that the check reads. The body is given where it is a document. */
export interface RequestToVerify {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly target: RequestTarget;
  readonly body?: Buffer;
}

const clockSkewMsMax = 15 * 60_000;
const expirySecondsMax = 7 * 24 * 3600;

/** Refuses a request without a valid signature in its header or query; returns the payload hash that it declares. */
export function verifyRequest(request: RequestToVerify, verifier: Verifier): string {
  if (request.headers.authorization !== undefined) {
    return verifyHeader(request, request.headers.authorization, verifier);
  }
  if (request.target.parameters.has("X-Amz-Signature")) return verifyQuery(request, verifier);
  throw verifier.service === "s3"
    ? new AwsError(403, "AccessDenied", "Access Denied")
    : new AwsError(400, "MissingAuthenticationTokenException", "Request is missing a signature");
}

function verifyHeader(request: RequestToVerify, header: string, verifier: Verifier): string {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)$/.exec(
      header,
    );
  if (!match) throw malformed("The authorization header is malformed.");
  const [, credential = "", names = "", signature = ""] = match;
  const timestamp = String(request.headers["x-amz-date"] ?? "");
  const scope = parseScope(credential, timestamp, verifier, malformed);
  if (!(Math.abs(Date.now() - parseTimestamp(timestamp)) <= clockSkewMsMax)) {
    throw new AwsError(
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    );
  }

  const signedHeaders = names.split(";");
  refuseUnsignedHeaders(request.headers, signedHeaders, []);
  const payloadHash = String(
    request.headers["x-amz-content-sha256"] ?? sha256Hex(request.body ?? ""),
  );
  const parts = { ...request, signedHeaders, payloadHash, timestamp };
  const token = request.headers["x-amz-security-token"];
  checkSignature(
    scope,
    parts,
    signature,
    credentialsOf(scope.accessKeyId, token && String(token), verifier),
  );
  if (request.body) checkPayload(request.body, payloadHash);
  return payloadHash;
}

function verifyQuery(request: RequestToVerify, verifier: Verifier): string {
  const parameter = (name: string) => request.target.parameters.get(name) ?? "";
  const timestamp = parameter("X-Amz-Date");
  const scope = parseScope(parameter("X-Amz-Credential"), timestamp, verifier, malformedQuery);
  const expirySeconds = Number(parameter("X-Amz-Expires") || Number.NaN);
  if (!(expirySeconds >= 0 && expirySeconds <= expirySecondsMax)) {
    throw malformedQuery(`X-Amz-Expires must be between 0 and ${expirySecondsMax} seconds`);
  }
  const expiresAt = parseTimestamp(timestamp) + expirySeconds * 1000;
  if (!(Date.now() <= expiresAt)) {
    throw new AwsError(403, "AccessDenied", "Request has expired", {
      Expires: new Date(expiresAt).toISOString(),
      ServerTime: new Date().toISOString(),
    });
  }

  const signedHeaders = parameter("X-Amz-SignedHeaders").split(";");
  refuseUnsignedHeaders(request.headers, signedHeaders, ["x-amz-content-sha256"]);
  const payloadHash = parameter("X-Amz-Content-Sha256") || "UNSIGNED-PAYLOAD";
  const parts = { ...request, signedHeaders, payloadHash, timestamp };
  const token = request.target.parameters.get("X-Amz-Security-Token");
  checkSignature(
    scope,
    parts,
    parameter("X-Amz-Signature"),
    credentialsOf(scope.accessKeyId, token, verifier),
  );
  return payloadHash;
}

/** Refuses a body that is not the one whose hash was signed. */
export function checkPayload(body: Buffer, payloadHash: string): void {
  if (/^[0-9a-f]{64}$/.test(payloadHash) && sha256Hex(body) !== payloadHash) {
    throw payloadMismatch();
  }
}

export function payloadMismatch(): AwsError {
  return new AwsError(
    400,
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
}

/** Reads `key/date/region/service/aws4_request`; a scope for elsewhere is refused, as a client set up wrongly should be. */
export function parseScope(
  credential: string,
  timestamp: string,
  verifier: Verifier,
  refuse: (message: string) => AwsError,
): CredentialScope {
  const [accessKeyId = "", date = "", region = "", service = "", end] = credential.split("/");
  if (
    end !== "aws4_request" ||
    !timestamp.startsWith(date) ||
    Number.isNaN(parseTimestamp(timestamp))
  ) {
    throw refuse("The credential or its date is malformed.");
  }
  if (region !== verifier.region) {
    throw refuse(`the region '${region}' is wrong; expecting '${verifier.region}'`);
  }
  if (service !== verifier.service) {
    throw refuse(`the service '${service}' is wrong; expecting '${verifier.service}'`);
  }
  return { accessKeyId, date, region, service };
}

function refuseUnsignedHeaders(
  headers: IncomingHttpHeaders,
  signedHeaders: readonly string[],
  exempt: readonly string[],
): void {
  const mustBeSigned = [
    "host",
    ...Object.keys(headers).filter((name) => name.startsWith("x-amz-")),
  ];
  const missing = mustBeSigned.filter(
    (name) => !signedHeaders.includes(name) && !exempt.includes(name),
  );
  if (missing.length > 0) {
    throw new AwsError(
      403,
      "AccessDenied",
      "There were headers present in the request which were not signed",
      { HeadersNotSigned: missing.join(", ") },
    );
  }
}

function parseTimestamp(timestamp: string): number {
  return Date.parse(
    timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
}

const malformed = (message: string) => new AwsError(400, "AuthorizationHeaderMalformed", message);
const malformedQuery = (message: string) =>
  new AwsError(400, "AuthorizationQueryParametersError", message);

/** The session whose credentials signed a request that was verified; undefined for the machine's own key. */
export function sessionOf(
  { headers, target }: Pick<RequestToVerify, "headers" | "target">,
  { sessions }: Verifier,
): TemporaryCredentials | undefined {
  const scope =
    /Credential=([^/,]+)/.exec(headers.authorization ?? "")?.[1] ??
    target.parameters.get("X-Amz-Credential")?.split("/")[0];
  return scope === undefined ? undefined : sessions.find(scope);
}
