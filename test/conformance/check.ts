/** The ports that the product is written against: each with a suite in test/contracts. */
export const portSuites = [
  "job store",
  "worker registry",
  "scaler store",
  "key store",
  "webhook store",
  "idempotency store",
  "work queue",
  "media bucket",
] as const;

/** The services themselves: what AWS documents and the product relies on, in test/contracts/aws. */
export const serviceSuites = ["DynamoDB", "SQS", "S3"] as const;

export type Suite = (typeof portSuites)[number] | (typeof serviceSuites)[number];
export type Service = (typeof serviceSuites)[number];

/** One promise of a suite, tried on one target. */
export interface Check {
  readonly suite: Suite;
  /** Its groups and its title, joined by " > ". */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "not run";
  /** The first line of what went wrong; empty when nothing did. */
  readonly message: string;
}

/** The service that a suite needs. */
export function serviceOf(suite: Suite): Service {
  if (suite === "work queue" || suite === "SQS") return "SQS";
  return suite === "media bucket" || suite === "S3" ? "S3" : "DynamoDB";
}
