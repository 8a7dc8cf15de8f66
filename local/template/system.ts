import type { Assembly } from "./assembly.ts";
import type { BucketFacts } from "./buckets.ts";
import { readBuckets } from "./buckets.ts";
import type { ContainerFacts } from "./containers.ts";
import { readContainers } from "./containers.ts";
import type { DeploymentFacts } from "./deployments.ts";
import { readDeployments } from "./deployments.ts";
import type { DistributionFacts } from "./distribution.ts";
import { readDistribution } from "./distribution.ts";
import type { RuleFacts, ScheduleFacts } from "./event-rules.ts";
import { readRules } from "./event-rules.ts";
import type { EventSourceFacts } from "./event-sources.ts";
import { readEventSources } from "./event-sources.ts";
import type { FunctionFacts } from "./functions.ts";
import { readFunctions } from "./functions.ts";
import type { RoleDefinition } from "../aws/iam/roles.ts";
import { readRoles } from "./roles.ts";
import type { RouteFacts } from "./http-api.ts";
import { readRoutes } from "./http-api.ts";
import type { Place } from "./place.ts";
import type { QueueFacts } from "./queues.ts";
import { readQueues } from "./queues.ts";
import { createResolver } from "./resolver.ts";
import { refuseUnknownTypes } from "./resource-types.ts";
import type { TableFacts } from "./tables.ts";
import { readTables } from "./tables.ts";

/** Everything that the template deploys and that runs on this machine. */
export interface SystemFacts {
  readonly queues: readonly QueueFacts[];
  readonly buckets: readonly BucketFacts[];
  readonly tables: readonly TableFacts[];
  readonly rules: readonly RuleFacts[];
  readonly schedules: readonly ScheduleFacts[];
  readonly functions: readonly FunctionFacts[];
  readonly eventSources: readonly EventSourceFacts[];
  readonly routes: readonly RouteFacts[];
  readonly distribution: DistributionFacts | undefined;
  readonly deployments: readonly DeploymentFacts[];
  readonly containers: readonly ContainerFacts[];
  readonly roles: readonly RoleDefinition[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** Reads the whole template for this place, or refuses it by the name of what is not known here. */
export function readSystem(assembly: Assembly, place: Place): SystemFacts {
  refuseUnknownTypes(assembly);
  const resolver = createResolver(assembly, place);
  const template = { assembly, resolver };
  const functions = readFunctions(template);
  const containers = readContainers(template);

  return {
    queues: readQueues(template),
    buckets: readBuckets(template),
    tables: readTables(template),
    ...readRules(template),
    functions,
    eventSources: readEventSources(template),
    routes: readRoutes(template),
    distribution: readDistribution(template),
    deployments: readDeployments(template),
    containers,
    roles: readRoles(template, place, { functions, containers }),
    outputs: Object.fromEntries(
      Object.entries(assembly.outputs).map(([name, { stackName, value }]) => [
        name,
        String(resolver.resolve(value, { stackName, where: `output ${name}` })),
      ]),
    ),
  };
}
