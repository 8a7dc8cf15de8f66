import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../aws-error.ts";
import type { RequestTarget } from "../http/request-target.ts";
import { encodeRfc3986 } from "../http/request-target.ts";

/** A key pair. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a signature was made for: `key/20261123/us-east-1/s3/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** The part of a request that a signature covers. */
export interface SignedParts {
  readonly method: string;
  readonly target: RequestTarget;
  readonly headers: IncomingHttpHeaders;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  readonly timestamp: string;
}

export function sha256Hex(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Refuses a signature over a request that is not the one the local key makes (AWS Signature Version 4). */
export function checkSignature(
  scope: CredentialScope,
  parts: SignedParts,
  signature: string,
  credentials: Credentials,
): void {
  const stringToSign = [
    "AWS4-HMAC-SHA256",
    parts.timestamp,
    `${scope.date}/${scope.region}/${scope.service}/aws4_request`,
    sha256Hex(canonicalRequest(parts)),
  ].join("\n");
  checkStringSignature(scope, stringToSign, signature, credentials);
}

/** Refuses a signature over a string, which is what a POST policy carries. */
export function checkStringSignature(
  scope: CredentialScope,
  signed: string,
  signature: string,
  { accessKeyId, secretAccessKey }: Credentials,
): void {
  if (scope.accessKeyId !== accessKeyId) {
    throw new AwsError(
      403,
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
    );
  }
  const key = [scope.date, scope.region, scope.service, "aws4_request"].reduce<string | Buffer>(
    (previous, part) => createHmac("sha256", previous).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const expected = createHmac("sha256", key).update(signed).digest();
  const given = Buffer.from(signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AwsError(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
}

function canonicalRequest(parts: SignedParts): string {
  const { method, target, headers, signedHeaders, payloadHash } = parts;
  const query = target.query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)] as const)
    .toSorted((left, right) => compareText(left[0], right[0]) || compareText(left[1], right[1]))
    .map((pair) => pair.join("="));
  const headerLines = signedHeaders.map((name) => {
    const value = String(headers[name] ?? "");
    return `${name}:${value.trim().replace(/\s+/g, " ")}\n`;
  });

  return [
    method,
    target.segments.map(encodeRfc3986).join("/"),
    query.join("&"),
    headerLines.join(""),
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
