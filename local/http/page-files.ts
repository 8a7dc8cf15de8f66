import { workerPackageFile } from "../../contracts/worker-package.ts";
import type { DeploymentFacts } from "../template/deployments.ts";
import { deployedFiles, type DeployedFile } from "./deployed-files.ts";

export type FindFile = (key: string) => Promise<DeployedFile | undefined>;

const ofWorkerPackage = (key: string): boolean =>
  key === workerPackageFile || /^assets\/[^/]+\.tgz$/.test(key);

/** What lies in the page's bucket; the worker's package in it is packed (into a folder that is answered) when it is asked for. */
export function pageFiles(
  bucketName: string,
  deployments: readonly DeploymentFacts[],
  packedWorker: () => Promise<string>,
): FindFile {
  const files = deployedFiles(bucketName, deployments);
  return async (key) => {
    const file = files.get(key);
    if (file || !ofWorkerPackage(key)) return file;
    const directory = await packedWorker();
    const laid = deployments.map((deployment) => ({ ...deployment, directory }));
    return deployedFiles(bucketName, laid).get(key);
  };
}
