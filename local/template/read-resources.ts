import type * as z from "zod";
import type { Assembly, Resource } from "./assembly.ts";
import type { Resolver } from "./resolver.ts";
import { UnsupportedError } from "./unsupported-error.ts";

/** How one type of resource is read. */
export interface ResourceKind<Schema extends z.ZodType> {
  readonly types: readonly string[];
  /** The properties that the local system acts on. Strict: any other stops the start. */
  readonly schema: Schema;
  /** Properties that change nothing on one machine; they are not even resolved. */
  readonly withoutEffect: readonly string[];
}

export interface ReadResource<Properties> {
  readonly logicalId: string;
  readonly name: string;
  readonly properties: Properties;
}

export interface Template {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
}

/** Every resource of the kind, resolved. What is not understood is refused by type, property and logical id. */
export function readResources<Schema extends z.ZodType>(
  { assembly, resolver }: Template,
  { types, schema, withoutEffect }: ResourceKind<Schema>,
): ReadResource<z.output<Schema>>[] {
  return assembly.resources
    .filter(({ type }) => types.includes(type))
    .map((resource) => {
      const acted = Object.entries(resource.properties).filter(
        ([name]) => !withoutEffect.includes(name),
      );
      const resolved = resolver.resolve(Object.fromEntries(acted), {
        stackName: resource.stackName,
        where: resource.logicalId,
      });
      return {
        logicalId: resource.logicalId,
        name: resolver.nameOf(resource),
        properties: parse(schema, resolved, resource),
      };
    });
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  resolved: unknown,
  { type, logicalId }: Resource,
): z.output<Schema> {
  const read = schema.safeParse(resolved);
  if (read.success) return read.data;

  const faults = read.error.issues.map((issue) => {
    const path = [type, ...issue.path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => `${path}.${key}`).join(" and ");
    }
    return `${path} (${issue.message})`;
  });
  throw new UnsupportedError(faults.join(" and "), logicalId);
}
