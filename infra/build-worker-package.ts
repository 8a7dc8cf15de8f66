import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import {
  type WorkerPackage,
  workerPackageFile,
  workerPackagePath,
} from "../contracts/worker-package.ts";
import packageFile from "../package.json" with { type: "json" };

const run = promisify(execFile);

export interface PackedWorker {
  readonly facts: WorkerPackage;
  readonly tarball: Buffer;
}

/** Packs the command and the worker of this checkout as `npm install` takes them: the same sources, the same bytes. */
export async function packWorker(): Promise<PackedWorker> {
  const folder = await mkdtemp(join(tmpdir(), "framequeue-worker-package-"));
  try {
    const built = join(folder, "built");
    await run(process.execPath, ["scripts/pack-worker.ts", built]);
    await run("npm", ["pack", "--silent", "--pack-destination", folder, built]);
    const { name, version } = packageFile;
    const tarball = await readFile(join(folder, `${name}-${version}.tgz`));
    const sha256 = createHash("sha256").update(tarball).digest("hex");
    return { facts: { version, path: workerPackagePath({ version, sha256 }), sha256 }, tarball };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lays the package into the page's folder, where it is served as the page's own files are. */
export async function layWorkerPackage(
  page: string,
  { facts, tarball }: PackedWorker,
): Promise<void> {
  const path = join(page, facts.path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, tarball);
  await writeFile(join(page, workerPackageFile), `${JSON.stringify(facts, undefined, 2)}\n`);
}
