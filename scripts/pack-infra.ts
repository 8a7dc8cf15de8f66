import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "../infra/build-page.ts";
import { bundleFunctions } from "../infra/bundle-functions.ts";
import packageFile from "../package.json" with { type: "json" };
import { compile } from "./pack/compile.ts";

/**
 * Makes the package that other CDK apps use (`npm run pack:infra [folder]`): the constructs as JavaScript with their types,
 * and what they deploy, so that such an app needs neither our sources nor our tools.
 */
const root = process.argv[2] ?? "dist/infra-package";
const code = join(root, "code");

rmSync(root, { recursive: true, force: true });
mkdirSync(code, { recursive: true });

compile(["infra/video-detection-pipeline.ts"], root, { declaration: true });

const [bundle, page] = await Promise.all([bundleFunctions(), buildPage()]);
for (const { name } of readdirSync("functions", { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
)) {
  cpSync(bundle(name), join(code, "functions", name), { recursive: true });
}
cpSync(page, join(code, "page"), { recursive: true });

// What gpu-worker/Dockerfile copies, and nothing else.
for (const name of [
  "package.json",
  "package-lock.json",
  "contracts",
  "aws",
  "models",
  "gpu-worker",
]) {
  cpSync(name, join(code, "worker", name), {
    recursive: true,
    filter: (path) => !/\.(py|md)$|pitch[/\\]sample\./.test(path),
  });
}

const { version, license, dependencies, devDependencies } = packageFile;
writeFileSync(
  join(root, "package.json"),
  JSON.stringify(
    {
      name: "framequeue-infra",
      version,
      license,
      description: "Framequeue as a CDK construct: videos in, detections out.",
      type: "module",
      exports: {
        ".": {
          types: "./infra/video-detection-pipeline.d.ts",
          default: "./infra/video-detection-pipeline.js",
        },
      },
      dependencies: { zod: dependencies.zod },
      peerDependencies: {
        "aws-cdk-lib": `^${devDependencies["aws-cdk-lib"]}`,
        constructs: `^${devDependencies.constructs}`,
      },
    },
    undefined,
    2,
  ),
);
console.log(root);
