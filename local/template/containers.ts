import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Assembly } from "./assembly.ts";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { UnsupportedError } from "./unsupported-error.ts";

export interface ContainerFacts {
  readonly name: string;
  /** Of the role that it runs as. */
  readonly roleArn: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the container runs: `node`, the entry file and its arguments. */
  readonly command: readonly string[];
}

const Container = z.strictObject({
  Name: z.string(),
  Image: z.string(),
  Command: z.array(z.string()).optional(),
  Environment: z.array(z.strictObject({ Name: z.string(), Value: z.coerce.string() })).default([]),
});

const containerWithoutEffect = [
  "Cpu",
  "Essential",
  "HealthCheck",
  "LinuxParameters",
  "LogConfiguration",
  "Memory",
  "MemoryReservation",
  "MountPoints",
  "Privileged",
  "ReadonlyRootFilesystem",
  "ResourceRequirements",
  "StopTimeout",
  "Ulimits",
  "User",
];

const kind = {
  types: ["AWS::ECS::TaskDefinition"],
  schema: z.strictObject({
    Family: z.string().optional(),
    TaskRoleArn: z.string(),
    ContainerDefinitions: z.array(Container),
  }),
  withoutEffect: [
    "Cpu",
    "EphemeralStorage",
    "ExecutionRoleArn",
    "Memory",
    "NetworkMode",
    "PlacementConstraints",
    "RequiresCompatibilities",
    "RuntimePlatform",
    "Tags",
    "Volumes",
  ],
};

/** The containers of the template's tasks, each of which is a process here. */
export function readContainers({ assembly, resolver }: Template): ContainerFacts[] {
  const resources = assembly.resources
    .filter(({ type }) => kind.types.includes(type))
    .map((resource) => {
      const definitions = resource.properties["ContainerDefinitions"] as object[];
      const ContainerDefinitions = definitions.map((definition) =>
        Object.fromEntries(
          Object.entries(definition).filter(([key]) => !containerWithoutEffect.includes(key)),
        ),
      );
      return { ...resource, properties: { ...resource.properties, ContainerDefinitions } };
    });

  return readResources({ assembly: { ...assembly, resources }, resolver }, kind).flatMap(
    ({ logicalId, properties }) =>
      properties.ContainerDefinitions.map(({ Name, Image, Command, Environment }) => ({
        name: Name,
        roleArn: properties.TaskRoleArn,
        environment: Object.fromEntries(
          Environment.map((variable) => [variable.Name, variable.Value]),
        ),
        command: Command ?? commandOfImage(assembly, Image, logicalId),
      })),
  );
}

/** The command that an image of the app was given by its Dockerfile. */
function commandOfImage(assembly: Assembly, image: string, logicalId: string): string[] {
  const source = assembly.images[image.slice(image.lastIndexOf(":") + 1)];
  const path = source && join(source.directory, source.dockerFile);
  if (!path || !existsSync(path)) {
    throw new UnsupportedError(`the image ${image}, which is no asset of the app,`, logicalId);
  }
  const text = readFileSync(path, "utf8");
  const instruction = (name: string) =>
    new RegExp(`^${name} +(\\[.*\\]) *$`, "m").exec(text)?.[1] ?? "[]";
  const command = ["ENTRYPOINT", "CMD"].flatMap(
    (name) => JSON.parse(instruction(name)) as string[],
  );
  if (command[0] !== "node") {
    throw new UnsupportedError(`a Dockerfile whose CMD is not ["node", …]`, logicalId);
  }
  return command;
}
