import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "./content-hash.ts";

/** All that has an influence on the template and its assets. */
const inputs = [
  "aws/**",
  "cdk.json",
  "contracts/**",
  "functions/**",
  "gpu-worker/Dockerfile",
  "infra/**",
  "models/**/*.{json,ts}",
  "package-lock.json",
  "web/**",
];

export interface SynthesizeOptions {
  /** The checkout. */
  readonly root: string;
  readonly stateDirectory: string;
  readonly context: Readonly<Record<string, string>>;
}

/** Synthesizes the CDK app if anything that it is made of changed. Answers where the assembly is. */
export async function synthesize({
  root,
  stateDirectory,
  context,
}: SynthesizeOptions): Promise<{ assemblyDirectory: string; cached: boolean }> {
  const assemblyDirectory = join(stateDirectory, "cdk.out");
  const hashPath = join(stateDirectory, "cdk.out.sha256");
  const hash = contentHash(root, inputs, { context, node: process.version });
  if (existsSync(hashPath) && readFileSync(hashPath, "utf8") === hash) {
    return { assemblyDirectory, cached: true };
  }

  // Without the hash a synthesis that is cut off counts as none.
  rmSync(hashPath, { force: true });
  rmSync(assemblyDirectory, { recursive: true, force: true });
  await runApp(root, assemblyDirectory, context);
  writeFileSync(hashPath, hash);
  return { assemblyDirectory, cached: false };
}

async function runApp(
  root: string,
  assemblyDirectory: string,
  context: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(process.execPath, ["infra/app.ts"], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: assemblyDirectory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cliContext(root), ...context }),
      // The checks of the deployment pipeline take seconds and change nothing in the template.
      CDK_VALIDATION: "false",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (words += text));
  }
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`The CDK app does not synthesize (node infra/app.ts):\n${words}`);
}

/** What the CDK's command line would read; the app alone does not. */
function cliContext(root: string): Record<string, unknown> {
  const path = join(root, "cdk.json");
  if (!existsSync(path)) return {};
  const { context = {} } = JSON.parse(readFileSync(path, "utf8")) as { context?: object };
  return { ...context };
}
