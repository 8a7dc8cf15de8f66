import * as z from "zod";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { UnsupportedError } from "./unsupported-error.ts";

/** A folder of files that a deployment puts into a bucket. */
export interface DeploymentFacts {
  readonly bucketName: string;
  readonly directory: string;
  readonly cacheControl?: string;
  /** Patterns of files that are left out, and of those that are taken all the same. */
  readonly exclude: readonly string[];
  readonly include: readonly string[];
}

const kind = {
  types: ["Custom::CDKBucketDeployment"],
  schema: z.strictObject({
    DestinationBucketName: z.string(),
    SourceObjectKeys: z.array(z.string()),
    SystemMetadata: z.strictObject({ "cache-control": z.string().optional() }).default({}),
    Exclude: z.array(z.string()).default([]),
    Include: z.array(z.string()).default([]),
  }),
  withoutEffect: [
    "DistributionId",
    "DistributionPaths",
    "OutputObjectKeys",
    "Prune",
    "ServiceToken",
    "SourceBucketNames",
    "SourceMarkersConfig",
    "WaitForDistributionInvalidation",
  ],
};

/** Which files lie in which bucket once the template is deployed. */
export function readDeployments(template: Template): DeploymentFacts[] {
  return readResources(template, kind).flatMap(({ logicalId, properties }) =>
    properties.SourceObjectKeys.map((key) => {
      const directory = template.assembly.files[key.replace(/\.zip$/, "")];
      if (!directory) throw new UnsupportedError(`files that are no asset of the app`, logicalId);
      const cacheControl = properties.SystemMetadata["cache-control"];
      return {
        bucketName: properties.DestinationBucketName,
        directory,
        ...(cacheControl !== undefined && { cacheControl }),
        exclude: properties.Exclude,
        include: properties.Include,
      };
    }),
  );
}
