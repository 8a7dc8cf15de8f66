import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageFile from "../package.json" with { type: "json" };
import { compile } from "./pack/compile.ts";

/**
 * Makes the package with the command and the worker that is installed as any other (`npm run pack:worker [folder]`):
 * JavaScript, because Node runs no TypeScript under node_modules.
 */
const root = process.argv[2] ?? "dist/worker-package";
rmSync(root, { recursive: true, force: true });

// The command, and what is started by its path.
const entries = [
  "cli/main.ts",
  "gpu-worker/main.ts",
  "gpu-worker/detector/detector-thread.ts",
  "models/inspect/probe/probe-main.ts",
];
compile(entries, root);

// Read by their path: manifests and models, and the sample that `doctor` sends.
for (const name of globSync("models/*/{manifest.json,model.onnx,sample.mp4}")) {
  cpSync(name, join(root, name));
}
cpSync("LICENSE", join(root, "LICENSE"));

const { name, version, license, type, dependencies, optionalDependencies } = packageFile;
const compiled = globSync("**/*.js", { cwd: root }).map((file) =>
  readFileSync(join(root, file), "utf8"),
);
/** The peer of @commander-js/extra-typings, and what the worker looks for under a name that it puts together. */
const unnamed = ["commander", "@ffmpeg-installer/ffmpeg", "@ffprobe-installer/ffprobe"];
const needed = Object.entries(dependencies).filter(
  ([module]) =>
    unnamed.includes(module) || compiled.some((text) => text.includes(`from "${module}"`)),
);
writeFileSync(
  join(root, "package.json"),
  `${JSON.stringify(
    {
      name,
      version,
      description:
        "Sends videos to a Framequeue system, and works for it: the command and the worker.",
      license,
      type,
      bin: { framequeue: "cli/main.js" },
      // It is not compiled for older ones than the checkout runs on.
      engines: { node: ">=24" },
      dependencies: Object.fromEntries(needed),
      optionalDependencies,
    },
    undefined,
    2,
  )}\n`,
);
console.log(root);
