import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { limits } from "../contracts/limits.ts";
import { connectionTimeout, requestWithin } from "./request-within.ts";

/** DynamoDB with plain values as attributes. */
export const dynamodbClient = (place: DynamoDBClientConfig = {}) =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...requestWithin(limits.requestSeconds), ...place }),
    { marshallOptions: { removeUndefinedValues: true } },
  );

export interface AwsClientsOptions {
  /** Who we are, where that is not what the SDK finds by itself. */
  readonly credentials?: NonNullable<S3ClientConfig["credentials"]> | undefined;
}

/** The SDK's clients. Where AWS is, and mostly who we are, they read from the environment themselves. */
export function awsClients({ credentials }: AwsClientsOptions = {}) {
  const who = credentials && { credentials };
  return {
    dynamodb: dynamodbClient(who ?? {}),
    s3: new S3Client({
      ...who,
      // The default signs the checksum of an empty body into presigned uploads, which S3 then refuses.
      requestChecksumCalculation: "WHEN_REQUIRED",
      // Bodies may take as long as they need while bytes move.
      requestHandler: { connectionTimeout, socketTimeout: limits.idleSeconds * 1000 },
    }),
    sqs: new SQSClient({ ...requestWithin(limits.requestSeconds), ...who }),
    // A client of its own: waiting receives would take the sockets from those who send.
    longPoll: new SQSClient({
      ...requestWithin(limits.longPollSeconds + limits.requestSeconds),
      ...who,
    }),
  };
}

export type AwsClients = ReturnType<typeof awsClients>;

/** By itself, so that only the bundles that tell events carry it. */
export const eventBridgeClient = ({ credentials }: AwsClientsOptions = {}) =>
  new EventBridgeClient({
    ...requestWithin(limits.requestSeconds),
    ...(credentials && { credentials }),
  });
