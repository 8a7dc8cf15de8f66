import type { Assembly, Resource } from "./assembly.ts";
import type { Place } from "./place.ts";
import { derivedName, references } from "./references.ts";
import { UnsupportedError } from "./unsupported-error.ts";

/** Turns template values into what CloudFormation would deploy. */
export interface Resolver {
  /** `where` names the place in the template for the error message. */
  resolve(value: unknown, scope: { readonly stackName: string; readonly where: string }): unknown;
  nameOf(resource: Resource): string;
}

interface Scope {
  readonly stackName: string;
  readonly where: string;
}

const noValue = Symbol("AWS::NoValue");

/** Resolves intrinsic functions and pseudo parameters; an unknown one is refused by its name. */
export function createResolver(assembly: Assembly, place: Place): Resolver {
  const byId = new Map(
    assembly.resources.map((each) => [`${each.stackName}/${each.logicalId}`, each]),
  );

  function resolve(value: unknown, scope: Scope): unknown {
    if (Array.isArray(value)) {
      return value.map((each) => resolve(each, scope)).filter((each) => each !== noValue);
    }
    if (typeof value !== "object" || value === null) return value;

    const entries = Object.entries(value);
    const [name, operand] = entries[0] ?? ["", undefined];
    if (entries.length === 1 && (name === "Ref" || name.startsWith("Fn::"))) {
      return intrinsic(name, operand, scope);
    }
    return Object.fromEntries(
      entries
        .map(([key, each]) => [key, resolve(each, scope)] as const)
        .filter(([, each]) => each !== noValue),
    );
  }

  function intrinsic(name: string, operand: unknown, scope: Scope): unknown {
    switch (name) {
      case "Ref":
        return ref(String(operand), scope);
      case "Fn::GetAtt": {
        const [logicalId, ...path] = Array.isArray(operand) ? operand : String(operand).split(".");
        return attribute(String(logicalId), path.join("."), scope);
      }
      case "Fn::Join": {
        const [separator, parts] = operand as [string, unknown];
        return reachable((resolve(parts, scope) as unknown[]).join(separator));
      }
      case "Fn::Sub": {
        const [text, variables] = (Array.isArray(operand) ? operand : [operand, {}]) as [
          string,
          Record<string, unknown>,
        ];
        return reachable(substitute(text, variables, scope));
      }
      case "Fn::Select": {
        const [index, list] = operand as [unknown, unknown];
        return (resolve(list, scope) as unknown[])[Number(index)];
      }
      case "Fn::Split": {
        const [separator, text] = operand as [string, unknown];
        return String(resolve(text, scope)).split(separator);
      }
      case "Fn::ImportValue":
        return imported(String(resolve(operand, scope)), scope);
      default:
        throw new UnsupportedError(`the intrinsic function ${name}`, scope.where);
    }
  }

  function ref(target: string, scope: Scope): unknown {
    if (target.startsWith("AWS::")) return pseudoParameter(target, scope);
    const parameters = assembly.parameters[scope.stackName] ?? {};
    if (target in parameters) {
      if (parameters[target] !== undefined) return parameters[target];
      throw new UnsupportedError(`the parameter ${target} without a default`, scope.where);
    }

    const resource = find(target, scope);
    const reference = references[resource.type];
    if (!reference) throw new UnsupportedError(`Ref of ${resource.type} ${target}`, scope.where);
    return reference.ref?.(nameOf(resource), place) ?? nameOf(resource);
  }

  function attribute(logicalId: string, name: string, scope: Scope): string {
    const resource = find(logicalId, scope);
    const attributeOf = references[resource.type]?.attributes?.[name];
    if (!attributeOf) {
      const what = `Fn::GetAtt ${name} of ${resource.type} ${logicalId}`;
      throw new UnsupportedError(what, scope.where);
    }
    return attributeOf(nameOf(resource), place);
  }

  function pseudoParameter(name: string, { stackName, where }: Scope): unknown {
    const values: Record<string, unknown> = {
      "AWS::Region": place.region,
      "AWS::AccountId": place.accountId,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      "AWS::StackName": stackName,
      "AWS::NoValue": noValue,
    };
    if (!(name in values)) throw new UnsupportedError(`the pseudo parameter ${name}`, where);
    return values[name];
  }

  function substitute(text: string, variables: Record<string, unknown>, scope: Scope): string {
    return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return String(resolve(variables[name], scope));
      const [logicalId = "", ...path] = name.split(".");
      return String(
        path.length > 0 ? attribute(logicalId, path.join("."), scope) : ref(logicalId, scope),
      );
    });
  }

  /** S3 of the region is the emulator, and nothing on one machine speaks TLS. */
  function reachable(text: string): string {
    const { awsUrl, pageUrl, region } = place;
    const addresses = [
      [`https://s3.${region}.amazonaws.com`, awsUrl],
      ...[awsUrl, pageUrl].map((url) => [url.replace("http:", "https:"), url]),
    ] as const;
    return addresses.reduce((each, [from = "", to = ""]) => each.replaceAll(from, to), text);
  }

  function imported(exportName: string, { where }: Scope): unknown {
    for (const [name, { stackName, value, exportName: declared }] of Object.entries(
      assembly.outputs,
    )) {
      const scope = { stackName, where: `output ${name}` };
      if (declared !== undefined && resolve(declared, scope) === exportName) {
        return resolve(value, scope);
      }
    }
    throw new Error(`No stack exports ${exportName}, which ${where} imports`);
  }

  function find(logicalId: string, { stackName, where }: Scope): Resource {
    const resource = byId.get(`${stackName}/${logicalId}`);
    if (!resource) throw new Error(`${where} refers to ${logicalId}, which is not in the template`);
    return resource;
  }

  function nameOf(resource: Resource): string {
    const { stackName, logicalId } = resource;
    const property = references[resource.type]?.nameProperty;
    const given = property && resource.properties[property];
    return given ? String(resolve(given, { stackName, where: logicalId })) : derivedName(resource);
  }

  return { resolve: (value, scope) => resolve(value, scope), nameOf };
}
