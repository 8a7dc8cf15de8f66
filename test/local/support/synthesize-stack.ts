import { App } from "aws-cdk-lib";
import type { Stack } from "aws-cdk-lib";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface StackModule {
  readonly FramequeueStack: new (scope: App, id: string, props: object) => Stack;
}
interface SettingsModule {
  readonly settingsFrom: (contextValue: (name: string) => unknown) => object;
}

/** infra/ has its own compiler settings, under which this file is not checked. */
const infra = (file: string): Promise<unknown> =>
  import(new URL(`../../../infra/${file}`, import.meta.url).href);

/**
 * Synthesizes the real stack around functions that answer with their environment: the wiring is
 * what matters, and bundling takes seconds. Answers the assembly's folder.
 */
export async function synthesizeStack(directory: string): Promise<string> {
  process.env["CDK_VALIDATION"] = "false";
  const { FramequeueStack } = (await infra("framequeue-stack.ts")) as StackModule;
  const { settingsFrom } = (await infra("settings.ts")) as SettingsModule;
  const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: object };

  const stub = (path: string, content: string) => {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  stub("page/index.html", "<h1>page</h1>");
  stub("worker/gpu-worker/Dockerfile", 'FROM scratch\nCMD ["node", "gpu-worker/main.ts"]\n');
  stub("function/index.mjs", "export const handler = async () => ({ ...process.env });");

  const outdir = join(directory, "cdk.out");
  const app = new App({ outdir, context: { ...context } });
  // oxlint-disable-next-line no-new -- constructs add themselves to their scope
  new FramequeueStack(app, "Framequeue", {
    pipeline: {
      ...settingsFrom((name) => app.node.tryGetContext(name) as unknown),
      code: {
        functions: () => join(directory, "function"),
        page: join(directory, "page"),
        worker: join(directory, "worker"),
      },
    },
  });
  app.synth();
  return outdir;
}
