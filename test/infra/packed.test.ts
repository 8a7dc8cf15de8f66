import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type WorkerPackage, workerPackageFile } from "../../contracts/worker-package.ts";
import packageFile from "../../package.json" with { type: "json" };
import type { Resource } from "./synthesized.ts";

/** An app of somebody else's: nothing of this checkout but the package, and what it would have from npm. */
const app = `import { App, Stack } from "aws-cdk-lib";
import { VideoDetectionPipeline } from "framequeue-infra";

const app = new App();
new VideoDetectionPipeline(new Stack(app, "Whole"), "Videos");
new VideoDetectionPipeline(new Stack(app, "NoGpus"), "Videos", { compute: "none", workersMax: 1 });
app.synth();
`;

let folder: string;
const run = (command: string, ...words: string[]) =>
  execFileSync(command, words, {
    cwd: folder,
    env: { ...process.env, CDK_VALIDATION: "false", CDK_OUTDIR: join(folder, "cdk.out") },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
const resourcesOf = (stack: string): [string, Resource][] => {
  const text = readFileSync(join(folder, "cdk.out", `${stack}.template.json`), "utf8");
  return Object.entries((JSON.parse(text) as { Resources: Record<string, Resource> }).Resources);
};
const countOf = (stack: string, type: string) =>
  resourcesOf(stack).filter(([, { Type }]) => Type === type).length;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "framequeue-consumer-"));
  const built = join(folder, "built");
  execFileSync(process.execPath, ["scripts/pack-infra.ts", built], { stdio: "pipe" });

  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "framequeue-infra"), { recursive: true });
  const [tarball = ""] = run("npm", "pack", "--silent", built).trim().split("\n");
  run("tar", "-xzf", tarball, "--strip-components=1", "-C", join(modules, "framequeue-infra"));
  for (const name of ["aws-cdk-lib", "constructs", "zod", "@types"]) {
    symlinkSync(resolve("node_modules", name), join(modules, name));
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "app.ts"), app);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("another app synthesizes the packed construct, without our sources, flags and tools", () => {
  run(process.execPath, "app.ts");

  expect(countOf("Whole", "AWS::SQS::Queue")).toBeGreaterThan(3);
  expect(countOf("Whole", "AWS::ECS::CapacityProvider")).toBe(1);
  expect(countOf("NoGpus", "AWS::ECS::CapacityProvider")).toBe(0);
  expect(countOf("NoGpus", "AWS::Lambda::Function")).toBeGreaterThan(5);
  expect(countOf("NoGpus", "AWS::CloudFront::Distribution")).toBe(1);
}, 120_000);

test("its types are there: a setting that there is not does not compile", () => {
  const check = () =>
    run(
      resolve("node_modules/.bin/tsc"),
      "--ignoreConfig",
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "--types",
      "node",
      "app.ts",
    );
  check();

  writeFileSync(join(folder, "app.ts"), app.replace("workersMax: 1", "workersAtMost: 1"));

  expect(check).toThrow(
    expect.objectContaining({ stdout: expect.stringContaining("workersAtMost") }),
  );
  writeFileSync(join(folder, "app.ts"), app);
});

test("the worker of the same version lies beside its page, as it is named there", () => {
  const page = join(folder, "node_modules", "framequeue-infra", "code", "page");
  const read = readFileSync(join(page, workerPackageFile), "utf8");
  const { version, path, sha256 } = JSON.parse(read) as WorkerPackage;

  expect(version).toBe(packageFile.version);
  const tarball = readFileSync(join(page, path));
  expect(createHash("sha256").update(tarball).digest("hex")).toBe(sha256);
  expect(run("tar", "-tzf", join(page, path))).toContain("package/gpu-worker/main.js");
});
