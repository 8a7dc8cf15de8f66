import { AwsError } from "../aws-error.ts";
import type { JsonAnswer, JsonService } from "../http/json-service.ts";
import type { Verifier } from "../sigv4/verifier.ts";
import { DynamoDbError, isRefusal } from "./dynamodb-error.ts";
import type { SecondaryIndexes } from "./secondary-indexes.ts";
import type { TableEngine } from "./table-engine.ts";
import type { TimeToLive } from "./time-to-live.ts";
import type { Transactions } from "./transactions.ts";

export interface DynamoDbDependencies {
  readonly engine: TableEngine;
  readonly transactions: Transactions;
  readonly timeToLive: TimeToLive;
  readonly indexes: SecondaryIndexes;
}

/** How DynamoDB names the refusals of the signature check. */
const signatureErrorCodes: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: "UnrecognizedClientException",
  AccessDenied: "AccessDeniedException",
  SignatureDoesNotMatch: "InvalidSignatureException",
};

/** DynamoDB in its JSON protocol: dynalite's actions, and those that it lacks. */
export function dynamoDbService(
  { engine, transactions, timeToLive, indexes }: DynamoDbDependencies,
  verifier: Verifier,
  permit: JsonService["permit"],
): JsonService {
  const ownActions: Readonly<Record<string, (input: object) => unknown>> = {
    TransactWriteItems: (input) => transactions.write(input),
    TransactGetItems: (input) => transactions.get(input),
    UpdateTimeToLive: (input) => timeToLive.update(input),
    DescribeTimeToLive: (input) => timeToLive.describe(input),
    UpdateTable: (input) => indexes.update(input),
  };
  return {
    verifier,
    permit,
    run: (action, input) => {
      const own = ownActions[action];
      if (own) return own(input as object);
      if (engine.knows(action)) return engine.run(action, input);
      throw new DynamoDbError(
        "UnknownOperationException",
        `The local DynamoDB does not implement ${action}`,
      );
    },
    refuse,
  };
}

function refuse(error: unknown): JsonAnswer {
  if (isRefusal(error)) return { status: error.statusCode, body: error.body };
  if (error instanceof AwsError) {
    const code = signatureErrorCodes[error.code] ?? error.code;
    return {
      status: 400,
      body: { __type: `com.amazon.coral.service#${code}`, message: error.message },
    };
  }
  console.error(error);
  const __type = "com.amazonaws.dynamodb.v20120810#InternalServerError";
  return { status: 500, body: { __type, message: String(error) } };
}
