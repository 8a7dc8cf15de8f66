import { layWorkerPackage, packWorker } from "../infra/build-worker-package.ts";

/** Packs the worker and lays its package into a folder, as a deployment has it beside the page (`node scripts/lay-worker-package.ts FOLDER`). */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Which folder?");
await layWorkerPackage(folder, await packWorker());
