import * as z from "zod";
import type { RoleDefinition, Runs } from "../aws/iam/roles.ts";
import type { ContainerFacts } from "./containers.ts";
import type { FunctionFacts } from "./functions.ts";
import type { Place } from "./place.ts";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { references } from "./references.ts";

const text = z.union([z.string(), z.array(z.string())]);
const Trust = z.strictObject({
  Version: z.string(),
  Statement: z.array(
    z.strictObject({
      Effect: z.literal("Allow"),
      Principal: z.strictObject({ AWS: text.default([]), Service: text.default([]) }),
      Action: z.literal("sts:AssumeRole"),
    }),
  ),
});
const roleKind = {
  types: ["AWS::IAM::Role"],
  schema: z.strictObject({ RoleName: z.string().optional(), AssumeRolePolicyDocument: Trust }),
  // AWS' own policies stand in no template: a right that one of them gives is missing here.
  withoutEffect: ["Description", "ManagedPolicyArns", "MaxSessionDuration", "Tags"],
};
const PolicyDocument = z.strictObject({
  Version: z.string(),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(["Allow", "Deny"]),
      Action: text,
      Resource: text,
      Condition: z.record(z.string(), z.record(z.string(), text)).optional(),
    }),
  ),
});
const policyKind = {
  types: ["AWS::IAM::Policy"],
  schema: z.strictObject({ PolicyName: z.string(), PolicyDocument, Roles: z.array(z.string()) }),
  withoutEffect: [],
};

interface Running {
  readonly functions: readonly FunctionFacts[];
  readonly containers: readonly ContainerFacts[];
}

/** The roles that something runs as or that other roles may assume, with the policies that hang on them. */
export function readRoles(
  { assembly, resolver }: Template,
  place: Place,
  { functions, containers }: Running,
): RoleDefinition[] {
  const arnOf = (name: string) => references["AWS::IAM::Role"]!.attributes!["Arn"]!(name, place);
  const runsOf = (roleName: string): Runs[] => {
    const its = ({ roleArn }: FunctionFacts | ContainerFacts) => roleArn === arnOf(roleName);
    const [lambda, ecs] = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"] as const;
    return [
      ...functions.filter(its).map(({ name }) => ({ name, service: lambda })),
      ...containers.filter(its).map(({ name }) => ({ name, service: ecs })),
    ];
  };
  const used = assembly.resources.filter((resource) => {
    if (resource.type !== "AWS::IAM::Role") return false;
    const { AssumeRolePolicyDocument: trust = {} } = resource.properties;
    return JSON.stringify(trust).includes('"AWS"') || runsOf(resolver.nameOf(resource)).length > 0;
  });
  const ids = new Set(used.map(({ logicalId }) => logicalId));
  const attached = assembly.resources.filter(({ properties: { Roles } }) =>
    ((Roles ?? []) as { Ref?: string }[]).some(({ Ref }) => Ref !== undefined && ids.has(Ref)),
  );
  const among = (resources: typeof used) => ({ resolver, assembly: { ...assembly, resources } });
  const policies = readResources(among(attached), policyKind);

  return readResources(among(used), roleKind).map(({ name, properties }) => ({
    arn: arnOf(name),
    runs: runsOf(name),
    trusted: properties.AssumeRolePolicyDocument.Statement.flatMap(({ Principal }) =>
      [Principal.AWS, Principal.Service].flat(),
    ),
    statements: policies
      .filter(({ properties }) => properties.Roles.includes(name))
      .flatMap(({ properties }) =>
        properties.PolicyDocument.Statement.map(({ Condition, ...statement }) => ({
          ...statement,
          ...(Condition && { Condition }),
        })),
      ),
  }));
}
