import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../aws-error.ts";
import { s3Attempts } from "../iam/attempt-of.ts";
import type { RequestTarget } from "../http/request-target.ts";
import type { Verifier } from "../sigv4/verifier.ts";
import { sessionOf, verifyRequest } from "../sigv4/verify-request.ts";
import { listBuckets } from "./bucket-operations.ts";
import type { CorsRule } from "./bucket-store.ts";
import { corsHeaders } from "./cors.ts";
import { postObject } from "./post-object.ts";
import type { S3Request, S3Stores } from "./s3-call.ts";
import { chooseOperation, makesBucket } from "./s3-routes.ts";
import { toXml, xmlDeclaration } from "./xml.ts";

const keyBytesMax = 1024;

export interface S3ServerOptions {
  readonly stores: S3Stores;
  readonly verifier: Verifier;
  /** Origins that every bucket's CORS rules admit besides their own. */
  readonly corsOrigins: readonly string[];
}

/** S3 over HTTP, path-style. */
export function s3Handler({ stores, verifier, corsOrigins }: S3ServerOptions) {
  const corsRules = (bucket: string): CorsRule[] =>
    (stores.buckets.find(bucket)?.configuration.cors ?? []).map((rule) => ({
      ...rule,
      allowedOrigins: [...rule.allowedOrigins, ...corsOrigins],
    }));

  const answer = async (call: S3Request, target: RequestTarget): Promise<void> => {
    const { request, response, method, bucket, key } = call;
    const cors = corsHeaders({ method, headers: request.headers }, corsRules(bucket));
    if (method === "OPTIONS") {
      if (!cors) throw corsForbidden();
      response.writeHead(200, cors).end();
      return;
    }
    for (const [name, value] of Object.entries(cors ?? {})) response.setHeader(name, value);

    const isForm = /^multipart\/form-data/i.test(request.headers["content-type"] ?? "");
    if (method === "POST" && bucket !== "" && key === "" && isForm) {
      stores.buckets.get(bucket);
      await postObject(stores, call, verifier);
      return;
    }
    const payloadHash = verifyRequest({ method, headers: request.headers, target }, verifier);
    const session = sessionOf({ headers: request.headers, target }, verifier);
    stores.roles.check(session, s3Attempts(call));
    // A copy reads, too, which no session of ours does.
    if (session && request.headers["x-amz-copy-source"] !== undefined) {
      throw new AwsError(403, "AccessDenied", "Access Denied");
    }
    const operation = bucket === "" ? listBuckets : chooseOperation(call);
    if (bucket !== "" && !makesBucket(operation)) stores.buckets.get(bucket);
    if (Buffer.byteLength(key) > keyBytesMax) {
      throw new AwsError(400, "KeyTooLongError", "Your key is too long");
    }
    try {
      await operation(stores, { ...call, payloadHash, session });
    } catch (error) {
      // Who may not list the bucket does not learn that a key is missing.
      const missing = error instanceof AwsError && error.code === "NoSuchKey";
      if (
        missing &&
        !stores.roles.allows(session, s3Attempts({ method: "GET", bucket, key: "" }))
      ) {
        throw new AwsError(403, "AccessDenied", "Access Denied");
      }
      throw error;
    }
  };

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    target: RequestTarget,
  ): Promise<void> => {
    const requestId = randomBytes(8).toString("hex").toUpperCase();
    response.setHeader("x-amz-request-id", requestId);
    response.setHeader("server", "AmazonS3");
    const [, bucket = "", ...keySegments] = target.segments;
    const call: S3Request = {
      request,
      response,
      method: request.method ?? "",
      bucket,
      key: keySegments.join("/"),
      parameters: target.parameters,
    };
    try {
      await answer(call, target);
    } catch (error) {
      // The client went away in the middle: nobody is left to tell.
      if (response.destroyed || request.errored) return;
      answerError(call, error, { resource: target.path, requestId });
    }
  };
}

function answerError(
  { request, response, method }: S3Request,
  error: unknown,
  { resource, requestId }: { resource: string; requestId: string },
): void {
  if (!(error instanceof AwsError)) console.error(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal =
    error instanceof AwsError ? error : new AwsError(500, "InternalError", String(error));
  // The rest of an unread body is taken in, so that the client gets to read the answer.
  if (!request.complete) request.removeAllListeners("readable").resume();
  for (const name of ["content-disposition", "content-encoding", "content-length"]) {
    response.removeHeader(name);
  }
  response.statusCode = refusal.status;
  if (method === "HEAD") {
    response.end();
    return;
  }
  const body = {
    Code: refusal.code,
    Message: refusal.message,
    ...refusal.fields,
    Resource: resource,
    RequestId: requestId,
  };
  response.setHeader("content-type", "application/xml");
  response.end(`${xmlDeclaration}${toXml("Error", body)}`);
}

function corsForbidden(): AwsError {
  return new AwsError(
    403,
    "AccessForbidden",
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
  );
}
