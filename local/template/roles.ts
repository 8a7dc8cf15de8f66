import * as z from "zod";
import type { RoleDefinition } from "../aws/iam/roles.ts";
import type { Place } from "./place.ts";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { references } from "./references.ts";

const text = z.union([z.string(), z.array(z.string())]);
const Trust = z.object({
  Statement: z.array(
    z.object({ Principal: z.object({ AWS: text.optional() }).optional(), Action: text }),
  ),
});
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

/** The roles that other roles may assume, with the policies that hang on them. What services assume has no one to ask here. */
export function readRoles(template: Template, place: Place): RoleDefinition[] {
  const { assembly, resolver } = template;
  const assumable = assembly.resources
    .filter(({ type }) => type === "AWS::IAM::Role")
    .flatMap((resource) => {
      const { AssumeRolePolicyDocument: trust } = resource.properties;
      if (!JSON.stringify(trust ?? {}).includes('"AWS"')) return [];
      const scope = { stackName: resource.stackName, where: resource.logicalId };
      const { Statement } = Trust.parse(resolver.resolve(trust, scope));
      const trusted = Statement.flatMap(({ Principal }) => Principal?.AWS ?? []);
      return [{ name: resolver.nameOf(resource), logicalId: resource.logicalId, trusted }];
    });
  const ids = new Set(assumable.map(({ logicalId }) => logicalId));
  const resources = assembly.resources.filter(({ properties: { Roles } }) =>
    ((Roles ?? []) as { Ref?: string }[]).some(({ Ref }) => Ref !== undefined && ids.has(Ref)),
  );
  const policies = readResources({ ...template, assembly: { ...assembly, resources } }, policyKind);

  return assumable.map(({ name, trusted }) => ({
    arn: references["AWS::IAM::Role"]!.attributes!["Arn"]!(name, place),
    trusted,
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
