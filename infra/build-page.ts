import { build } from "vite";
import { layWorkerPackage, packWorker } from "./build-worker-package.ts";

/** Builds the page, and the worker's package beside it unless that comes later; answers the folder that the page's bucket gets. */
export async function buildPage({
  workerPackage = true,
}: { readonly workerPackage?: boolean } = {}): Promise<string> {
  const folder = "dist/web";
  const [packed] = await Promise.all([
    workerPackage ? packWorker() : undefined,
    build({ root: "web", logLevel: "warn" }),
  ]);
  if (packed) await layWorkerPackage(folder, packed);
  return folder;
}
