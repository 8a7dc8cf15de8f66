import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { acknowledge, anyResource } from "./acknowledge.ts";

/** One right: these actions on these resources. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Why a resource ends in a wildcard; one that does without a reason is refused. */
  readonly whyAny?: string;
  /** Rows of these partitions only; `*` stands for any characters. */
  readonly partitions?: readonly string[];
  /** Of these partitions' rows only these attributes, in keys, conditions and updates. */
  readonly attributes?: readonly string[];
  /** Other requests are refused; not together with `partitions`. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The statement as IAM reads it. */
function policyStatement({
  actions,
  resources,
  partitions,
  attributes,
  conditions,
}: Statement): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
    ...(partitions && {
      conditions: {
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions },
        ...(attributes && {
          "ForAllValues:StringEquals": { "dynamodb:Attributes": attributes },
        }),
        // For all of no values everything is true, so there must be one.
        Null: { "dynamodb:LeadingKeys": "false" },
      },
    }),
  });
}

/** Gives the role this right and nothing beyond it. */
export function allow(role: IRole, statement: Statement): void {
  role.addToPrincipalPolicy(policyStatement(statement));

  const wide = statement.resources.filter((resource) => resource.endsWith("*"));
  if (wide.length === 0) return;
  if (!statement.whyAny) throw new Error(`A right to ${wide.join(", ")} says no reason for its *.`);
  acknowledge(role, statement.whyAny, ...wide.map((resource) => anyResource(role, resource)));
}
