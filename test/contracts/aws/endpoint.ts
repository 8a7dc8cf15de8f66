import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Where a contract is checked: the local services or anything else that speaks AWS. */
export interface AwsEndpoint {
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The endpoint in CONTRACT_AWS_ENDPOINT_URL with the usual AWS variables; undefined when it is not set. */
export function endpointFromEnvironment(): AwsEndpoint | undefined {
  const {
    CONTRACT_AWS_ENDPOINT_URL: url,
    AWS_REGION: region = "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId = "test",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "test",
  } = process.env;
  return url === undefined ? undefined : { url, region, accessKeyId, secretAccessKey };
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

/** A name that no other run uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
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

function clientOptions(endpoint: AwsEndpoint, secretAccessKey = endpoint.secretAccessKey) {
  return {
    endpoint: endpoint.url,
    region: endpoint.region,
    maxAttempts: 1,
    credentials: { accessKeyId: endpoint.accessKeyId, secretAccessKey },
  };
}
