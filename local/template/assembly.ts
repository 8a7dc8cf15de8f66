import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UnsupportedError } from "./unsupported-error.ts";

/** A resource as the template states it, nothing resolved. */
export interface Resource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Output {
  readonly stackName: string;
  readonly value: unknown;
  readonly exportName?: unknown;
}

/** Where an image is built from. */
export interface ImageSource {
  readonly directory: string;
  readonly dockerFile: string;
}

/** What `cdk synth` left behind: every stack's resources, and the files that they are made of. */
export interface Assembly {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, Output>>;
  /** Default values by stack and parameter. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Folder or file of each asset, by the hash that S3 keys name it with. */
  readonly files: Readonly<Record<string, string>>;
  readonly images: Readonly<Record<string, ImageSource>>;
}

interface TemplateFile {
  readonly Resources?: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  readonly Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
  readonly Parameters?: Record<string, { Default?: unknown }>;
}

interface AssetsFile {
  readonly files?: Record<string, { source: { path: string } }>;
  readonly dockerImages?: Record<string, { source: { directory?: string; dockerFile?: string } }>;
}

/** Attributes of a resource that say how CloudFormation handles it, not what it is. */
const lifecycleAttributes = new Set([
  "Type",
  "Properties",
  "DependsOn",
  "Metadata",
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "UpdatePolicy",
]);

/** Reads every template and asset manifest of a synthesized CDK app. */
export function readAssembly(directory: string): Assembly {
  const names = readdirSync(directory).sort();
  const templates = names.filter((name) => name.endsWith(".template.json"));
  if (templates.length === 0) throw new Error(`${directory} holds no template`);

  const stacks = templates.map((name) => ({
    stackName: name.replace(/\.template\.json$/, ""),
    template: readJson(join(directory, name)) as TemplateFile,
  }));
  const assets = names
    .filter((name) => name.endsWith(".assets.json"))
    .map((name) => readJson(join(directory, name)) as AssetsFile);

  return {
    resources: stacks.flatMap(({ stackName, template }) =>
      Object.entries(template.Resources ?? {}).map(([logicalId, resource]) => {
        refuseUnknownAttributes(logicalId, resource);
        return { stackName, logicalId, type: resource.Type, properties: resource.Properties ?? {} };
      }),
    ),
    outputs: Object.fromEntries(
      stacks.flatMap(({ stackName, template }) =>
        Object.entries(template.Outputs ?? {}).map(([name, { Value, Export }]) => [
          name,
          { stackName, value: Value, ...(Export && { exportName: Export.Name }) },
        ]),
      ),
    ),
    parameters: Object.fromEntries(
      stacks.map(({ stackName, template }) => [
        stackName,
        Object.fromEntries(
          Object.entries(template.Parameters ?? {}).map(([name, { Default }]) => [name, Default]),
        ),
      ]),
    ),
    files: Object.fromEntries(
      assets.flatMap(({ files }) =>
        Object.entries(files ?? {}).map(([hash, { source }]) => [
          hash,
          join(directory, source.path),
        ]),
      ),
    ),
    images: Object.fromEntries(
      assets.flatMap(({ dockerImages }) =>
        Object.entries(dockerImages ?? {}).map(([hash, { source }]) => [
          hash,
          {
            directory: join(directory, source.directory ?? "."),
            dockerFile: source.dockerFile ?? "Dockerfile",
          },
        ]),
      ),
    ),
  };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

function refuseUnknownAttributes(logicalId: string, resource: { Type: string }): void {
  // CDK puts a condition on its own metadata, which has no effect anywhere.
  if (resource.Type === "AWS::CDK::Metadata") return;
  for (const attribute of Object.keys(resource)) {
    if (!lifecycleAttributes.has(attribute)) {
      throw new UnsupportedError(`the attribute ${attribute} of ${resource.Type}`, logicalId);
    }
  }
}
