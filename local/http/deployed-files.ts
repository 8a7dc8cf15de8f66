import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { DeploymentFacts } from "../template/deployments.ts";
import { wildcard } from "./wildcard.ts";

export interface DeployedFile {
  readonly path: string;
  readonly cacheControl: string | undefined;
}

/** What lies in the bucket by key, as `aws s3 sync` with the deployments' filters would have put it there. */
export function deployedFiles(
  bucketName: string,
  deployments: readonly DeploymentFacts[],
): ReadonlyMap<string, DeployedFile> {
  const files = new Map<string, DeployedFile>();
  for (const deployment of deployments.filter((each) => each.bucketName === bucketName)) {
    const { directory, cacheControl, exclude, include } = deployment;
    const excluded = exclude.map(wildcard);
    const included = include.map(wildcard);
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const key = relative(directory, path).split(sep).join("/");
      const taken =
        !excluded.some((each) => each.test(key)) || included.some((each) => each.test(key));
      if (taken) files.set(key, { path, cacheControl });
    }
  }
  return files;
}
