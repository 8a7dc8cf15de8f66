/** Where a system says which worker's package it serves: beside the page's own files, written with the deployment. */
export const workerPackageFile = "worker-package.json";

/** The worker of the same version as the API. Code without secrets: whoever opens the page may read it. */
export interface WorkerPackage {
  readonly version: string;
  /** The tarball that `npm install` takes, from the page's address on, without a slash at its beginning. */
  readonly path: string;
  /** Of the tarball's bytes, in hex. */
  readonly sha256: string;
}

/** Named by its content, as all that lies in that folder: an earlier one stays for whoever has read of it. */
export const workerPackagePath = ({ version, sha256 }: Omit<WorkerPackage, "path">): string =>
  `assets/framequeue-${version}-${sha256.slice(0, 16)}.tgz`;
