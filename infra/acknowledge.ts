import { Stack, Validations, type CfnElement } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Accepts findings of cdk-nag on one construct, each by its whole id, for one reason. */
export function acknowledge(construct: IConstruct, reason: string, ...ids: string[]): void {
  // The form `AwsSolutions::…` that reports print is honoured by a synthesis, but not by a check of one scope.
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}

/** What cdk-nag calls the ARN of this construct's resource. */
export const nagArnOf = (construct: IConstruct): string => {
  const { logicalId } = construct.node.defaultChild as CfnElement;
  return `<${Stack.of(construct).resolve(logicalId) as string}.Arn>`;
};

/** The finding that a policy names this resource, which has a wildcard. */
export const anyResource = (construct: IConstruct, resource: string): string =>
  `AwsSolutions-IAM5[Resource::${flat(Stack.of(construct).resolve(resource))}]`;

type Resolved =
  | string
  | { readonly "Fn::GetAtt": readonly string[] }
  | { readonly Ref: string }
  | { readonly "Fn::Join": readonly [string, readonly Resolved[]] };

/** As cdk-nag writes a value with references: `<LogicalId.Arn>/prefix/*`. */
function flat(value: Resolved): string {
  if (typeof value === "string") return value;
  if ("Ref" in value) return `<${value.Ref}>`;
  if ("Fn::GetAtt" in value) return `<${value["Fn::GetAtt"].join(".")}>`;
  const [separator, parts] = value["Fn::Join"];
  return parts.map(flat).join(separator);
}
