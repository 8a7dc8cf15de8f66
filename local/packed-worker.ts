import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { workerPackageFile } from "../contracts/worker-package.ts";
import { contentHash } from "./content-hash.ts";

/** All that has an influence on the worker's package. */
const inputs = [
  "LICENSE",
  "aws/**",
  "cli/**",
  "contracts/**",
  "gpu-worker/**",
  "infra/build-worker-package.ts",
  "models/*/{manifest.json,model.onnx,sample.mp4}",
  "models/**/*.ts",
  "package.json",
  "scripts/{lay,pack}-worker*.ts",
  "scripts/pack/**",
];

export interface PackedWorkerOptions {
  /** The checkout. */
  readonly root: string;
  /** Where packages are kept, each in a folder named by what it was made of. */
  readonly directory: string;
  /** Lays a package into a folder. */
  readonly lay: (folder: string) => Promise<void>;
}

/** Answers the folder with the package of the sources as they are now; packs it where that was not done yet, once. */
export function packedWorker({ root, directory, lay }: PackedWorkerOptions) {
  let latest: { readonly hash: string; readonly folder: Promise<string> } | undefined;

  async function pack(hash: string): Promise<string> {
    const folder = join(directory, hash);
    if (existsSync(join(folder, workerPackageFile))) return folder;
    // Of older sources, or of a process that was killed over it.
    await rm(directory, { recursive: true, force: true });
    const unfinished = join(directory, `${hash}.unfinished`);
    await mkdir(unfinished, { recursive: true });
    await lay(unfinished);
    await rename(unfinished, folder);
    return folder;
  }

  return (): Promise<string> => {
    const hash = contentHash(root, inputs, { node: process.version });
    if (latest?.hash !== hash) {
      latest = { hash, folder: pack(hash) };
      // The next one who asks tries again.
      latest.folder.catch(() => (latest = undefined));
    }
    return latest.folder;
  };
}

/** In a process of its own, as the app is synthesized in one. */
export const layBySources =
  (root: string) =>
  async (folder: string): Promise<void> => {
    await promisify(execFile)(process.execPath, ["scripts/lay-worker-package.ts", folder], {
      cwd: root,
    });
  };
