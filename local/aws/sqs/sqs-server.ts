import { AwsError } from "../aws-error.ts";
import type { JsonAnswer, JsonService } from "../http/json-service.ts";
import type { Verifier } from "../sigv4/verifier.ts";
import { queryErrorCodes } from "./sqs-errors.ts";
import type { SqsDependencies } from "./sqs-operations.ts";
import { sqsOperations } from "./sqs-operations.ts";

/** SQS in its JSON protocol. */
export function sqsService(
  dependencies: SqsDependencies,
  verifier: Verifier,
  permit: JsonService["permit"],
): JsonService {
  const operations = sqsOperations(dependencies);
  return {
    verifier,
    permit,
    run: (action, input, signal) => {
      const operation = operations[action];
      if (!operation) {
        throw new AwsError(
          400,
          "UnsupportedOperation",
          `The local SQS does not implement ${action}`,
        );
      }
      return operation(input as Parameters<typeof operation>[0], signal);
    },
    refuse,
  };
}

function refuse(error: unknown): JsonAnswer {
  if (!(error instanceof AwsError)) console.error(error);
  const { status, code, message } =
    error instanceof AwsError ? error : new AwsError(500, "InternalFailure", String(error));
  return {
    status,
    body: { __type: `com.amazonaws.sqs#${code}`, message },
    headers: { "x-amzn-query-error": `${queryErrorCodes[code] ?? code};Sender` },
  };
}
