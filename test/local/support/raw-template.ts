import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

// The template as a person reads it: none of local/'s own reader, whose mistakes would go unseen.

export interface RawResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export function rawResources(assemblyDirectory: string): RawResource[] {
  const [name] = readdirSync(assemblyDirectory).filter((each) => each.endsWith(".template.json"));
  const { Resources } = JSON.parse(readFileSync(join(assemblyDirectory, name!), "utf8")) as {
    Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  };
  return Object.entries(Resources).map(([id, { Type, Properties = {} }]) => ({
    id,
    type: Type,
    properties: Properties,
  }));
}

/** Whether a deployed value is what the template states: literals as text, references by the id that they name. */
export function fits(stated: unknown, deployed: unknown): boolean {
  if (Array.isArray(stated)) {
    const list = deployed as unknown[] | undefined;
    return stated.length === list?.length && stated.every((each, index) => fits(each, list[index]));
  }
  if (typeof stated !== "object" || stated === null) return String(stated) === String(deployed);

  const [name, operand] = Object.entries(stated)[0] ?? ["", undefined];
  if (name === "Ref" && String(operand).startsWith("AWS::")) return deployed !== undefined;
  if (name === "Ref") return ends(deployed, String(operand));
  if (name === "Fn::GetAtt") return ends(deployed, (operand as string[])[0]!);
  return Object.entries(stated).every(([key, each]) =>
    fits(each, (deployed as Record<string, unknown> | undefined)?.[key]),
  );
}

const ends = (deployed: unknown, id: string): boolean =>
  String(deployed).toLowerCase().endsWith(id.toLowerCase());
