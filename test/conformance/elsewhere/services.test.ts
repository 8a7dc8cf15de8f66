import { describe } from "vitest";
import { defineDynamoDbContract } from "../../contracts/aws/dynamodb.ts";
import { defineS3Contract } from "../../contracts/aws/s3.ts";
import { defineSqsContract } from "../../contracts/aws/sqs.ts";
import { endpointOf, isServed } from "./endpoint.ts";

describe.runIf(isServed("DynamoDB"))("DynamoDB", () => {
  defineDynamoDbContract(() => endpointOf("DynamoDB"));
});

describe.runIf(isServed("SQS"))("SQS", () => {
  defineSqsContract(() => endpointOf("SQS"));
});

describe.runIf(isServed("S3"))("S3", () => {
  defineS3Contract(() => endpointOf("S3"));
});
