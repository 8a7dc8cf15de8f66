import { AwsError } from "../aws-error.ts";

/** The refusals that several S3 operations share. */
export const noSuchBucket = () =>
  new AwsError(404, "NoSuchBucket", "The specified bucket does not exist");
export const noSuchKey = () => new AwsError(404, "NoSuchKey", "The specified key does not exist.");
export const noSuchUpload = () =>
  new AwsError(404, "NoSuchUpload", "The specified upload does not exist.");
export const preconditionFailed = (condition: string) =>
  new AwsError(
    412,
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
    { Condition: condition },
  );
export const invalidArgument = (message: string) => new AwsError(400, "InvalidArgument", message);
export const notImplemented = (what: string) =>
  new AwsError(501, "NotImplemented", `The local S3 does not implement ${what}`);
