import { PolicyStatement } from "aws-cdk-lib/aws-iam";

/** One right: these actions on these resources. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Rows of these partitions only; `*` stands for any characters. */
  readonly partitions?: readonly string[];
}

/** The statement as IAM reads it. */
export function policyStatement({ actions, resources, partitions }: Statement): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(partitions && {
      conditions: {
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions },
        // For all of no values everything is true, so there must be one.
        Null: { "dynamodb:LeadingKeys": "false" },
      },
    }),
  });
}
