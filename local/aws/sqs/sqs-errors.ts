import { AwsError } from "../aws-error.ts";

/** The refusals that several SQS operations share. */
export const invalidParameter = (message: string, code = "InvalidParameterValue") =>
  new AwsError(400, code, message);
export const missingParameter = (name: string) =>
  invalidParameter(`The request must contain the parameter ${name}.`, "MissingParameter");
export const queueDoesNotExist = () =>
  new AwsError(400, "QueueDoesNotExist", "The specified queue does not exist.");

/** The codes that clients of the older query protocol know, for the x-amzn-query-error header. */
export const queryErrorCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
};
