import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Where a contract is checked: the local services or anything else that speaks AWS. */
export interface AwsEndpoint {
  /** Without one it is AWS itself. */
  readonly url?: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Clients as the product makes them: presigned URLs must not carry the checksum of an empty body. */
export function s3Client(endpoint: AwsEndpoint, secretAccessKey?: string): S3Client {
  return new S3Client({
    ...clientOptions(endpoint, secretAccessKey),
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
}

/** A client with the SDK's defaults: every body has a CRC32. */
export function defaultS3Client(endpoint: AwsEndpoint): S3Client {
  return new S3Client(clientOptions(endpoint));
}

export function sqsClient(endpoint: AwsEndpoint, secretAccessKey?: string): SQSClient {
  return new SQSClient(clientOptions(endpoint, secretAccessKey));
}

export function dynamoDbClient(endpoint: AwsEndpoint, secretAccessKey?: string): DynamoDBClient {
  return new DynamoDBClient(clientOptions(endpoint, secretAccessKey));
}

export function eventBridgeClient(
  endpoint: AwsEndpoint,
  secretAccessKey?: string,
): EventBridgeClient {
  return new EventBridgeClient(clientOptions(endpoint, secretAccessKey));
}

/** A name that no other run uses; all names of a run begin alike, so that what it leaves can be removed. */
export function uniqueName(prefix: string): string {
  const run = process.env["CONFORMANCE_RUN"];
  return `${run === undefined ? "" : `${run}-`}${prefix}-${randomUUID().slice(0, 8)}`;
}

/** The error that a call ends with; undefined when it does not. */
export async function errorOf(call: Promise<unknown>): Promise<AwsFailure | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error as AwsFailure;
  }
}

export interface AwsFailure extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly Item?: unknown;
  readonly CancellationReasons?: readonly { readonly Code?: string; readonly Item?: unknown }[];
}

export async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What every client of a contract is made with: it asks once, and shows each refusal. */
export function clientOptions(
  { url, region, accessKeyId, secretAccessKey: ownSecret, sessionToken }: AwsEndpoint,
  secretAccessKey = ownSecret,
) {
  return {
    ...(url !== undefined && { endpoint: url }),
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  };
}
