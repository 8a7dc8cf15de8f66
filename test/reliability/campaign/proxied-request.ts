import type { IncomingMessage } from "node:http";

/** One request to the emulators, as the proxy sees it. */
export interface ProxiedRequest {
  readonly service: "s3" | "sqs" | "dynamodb";
  /** The API's own name of what is asked for; of S3 those that the system uses. */
  readonly action: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: Buffer;
  /** Who sent it, by the SDK's application id (AWS_SDK_UA_APP_ID); empty where it has none. */
  readonly sender: string;
  /** A person's browser or program sends it, not a process of the system. */
  readonly presigned: boolean;
}

/** Reads what a request to AWS is about from its head; the body is handed on as it is. */
export function proxiedRequest(
  { method = "", url = "/", headers }: Pick<IncomingMessage, "method" | "url" | "headers">,
  body: Buffer,
): ProxiedRequest {
  const [target, action] = String(headers["x-amz-target"] ?? "").split(".");
  const service = target?.startsWith("DynamoDB")
    ? "dynamodb"
    : target === "AmazonSQS"
      ? "sqs"
      : "s3";
  return {
    service,
    action: action ?? objectAction(method, url),
    method,
    path: url,
    body,
    sender: / app\/(\S+)/.exec(` ${String(headers["user-agent"])}`)?.[1] ?? "",
    presigned: url.includes("X-Amz-Signature="),
  };
}

function objectAction(method: string, url: string): string {
  if (method === "GET") return url.includes("list-type=") ? "ListObjectsV2" : "GetObject";
  if (method === "PUT") return "PutObject";
  return `${method.charAt(0)}${method.slice(1).toLowerCase()}Object`;
}

/** The job that a write to the table or the bucket is about. */
export const jobIdIn = ({ path, body, service }: ProxiedRequest): string | undefined =>
  (service === "s3"
    ? /\/results\/([0-9a-z]{26})\//.exec(path)
    : /"JOB#([0-9a-z]{26})"/.exec(body.toString()))?.[1];

/** Whether it is the write that makes a result visible. */
export const isPublish = ({ action, body }: ProxiedRequest): boolean =>
  action === "UpdateItem" && body.includes('"manifestKey"');

/** Whether it is a write by which a worker takes a job or a segment. */
export const isClaim = ({ action, body }: ProxiedRequest): boolean =>
  action === "UpdateItem" && body.includes('"claimed"');

/** Whether it stores a result's manifest. */
export const isManifest = ({ action, path }: ProxiedRequest): boolean =>
  action === "PutObject" && path.split("?")[0]!.endsWith("/manifest.json");
