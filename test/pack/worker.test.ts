import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { startSystem, type System, tableEnvironment } from "../support/system.ts";

const execute = promisify(execFile);

const registry = spawnSync("npm", ["view", "zod", "version", "--fetch-retries=0"], {
  encoding: "utf8",
  timeout: 30_000,
});
const missing =
  registry.status === 0
    ? undefined
    : (/^npm error .*$/m.exec(registry.stderr)?.[0] ?? "npm view gave no answer");
if (missing !== undefined) {
  console.warn(`SKIPPED: the package is not installed, there is no npm registry: ${missing}`);
}

describe.skipIf(missing !== undefined)("the worker's package, installed in an empty folder", () => {
  let folder: string;
  let home: string;
  let system: System;
  let worker: ChildProcess | undefined;

  /** What a person's shell has, and nothing of this checkout's but its Node. */
  const person = () => ({
    PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
    HOME: process.env["HOME"],
  });
  const framequeue = async (words: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const { stdout } = await execute(join(home, "node_modules/.bin/framequeue"), words, {
      cwd: home,
      env: { ...person(), XDG_STATE_HOME: join(folder, "memory"), ...more },
    });
    return stdout.trim();
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "framequeue-pack-"));
    home = join(folder, "home");
    const built = join(folder, "built");
    await mkdir(home);
    await execute(process.execPath, ["scripts/pack-worker.ts", built]);
    await execute("npm", ["pack", "--silent", built, "--pack-destination", folder]);
    const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"))!;

    await writeFile(join(home, "package.json"), "{}");
    await execute("npm", ["install", "--prefer-offline", "--no-audit", join(folder, tarball)], {
      cwd: home,
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
    });
    system = await startSystem({ workers: 0 });
  });
  afterAll(async () => {
    if (worker?.exitCode === null) worker.kill("SIGTERM");
    await system?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test("says its version", async () => {
    expect(await framequeue(["--version"])).toBe(packageFile.version);
  });

  test("carries no TypeScript, which Node would refuse to run there", async () => {
    const names = await readdir(join(home, "node_modules/framequeue"), { recursive: true });

    expect(names).toContain(join("gpu-worker", "detector", "detector-thread.js"));
    expect(names.filter((name) => /\.(ts|tsx|py)$/.test(name))).toEqual([]);
  });

  test("with one secret it does what its own command uploads", async () => {
    const secret = await framequeue(["worker", "token", "create", "installed"], {
      ...tableEnvironment(system),
    });
    worker = spawn(
      join(home, "node_modules/.bin/framequeue"),
      ["worker", "run", "--gpus", "none"],
      {
        cwd: home,
        env: {
          ...person(),
          FRAMEQUEUE_WORKER: secret,
          SCRATCH_DIRECTORY: join(system.state, "installed"),
        },
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    const sample = join(home, "node_modules/framequeue/models/pitch/sample.mp4");
    const out = join(folder, "out");

    await framequeue(["detect", sample, "--out", out], {
      FRAMEQUEUE_API: system.running.api_url,
      FRAMEQUEUE_API_KEY: system.running.api_key,
    });

    const names = await readdir(out, { recursive: true });
    const manifest = names.find((name) => name.endsWith("manifest.json"))!;
    expect(JSON.parse(await readFile(join(out, manifest), "utf8"))).toMatchObject({
      summary: { completeness: "complete", frames_analysed: 600 },
    });
  });

  test("looks at a model, in a process of its own", async () => {
    const model = join(home, "node_modules/framequeue/models/pitch/model.onnx");

    const inspected = JSON.parse(await framequeue(["model", "inspect", model, "--json"])) as object;

    expect(inspected).toMatchObject({ family: "ultralytics", by: "probe" });
  });

  test("says that the system is not in it", async () => {
    await expect(framequeue(["up"])).rejects.toMatchObject({
      stderr: expect.stringContaining("not the system"),
    });
  });
});
