import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type Stack } from "aws-cdk-lib";
import { Annotations, Template } from "aws-cdk-lib/assertions";
import { FramequeueStack } from "../../infra/framequeue-stack.ts";
import { settingsFrom } from "../../infra/settings.ts";

type Context = Readonly<Record<string, unknown>>;

export interface Synthesized {
  readonly app: App;
  readonly stack: Stack;
  readonly template: Template;
  readonly annotations: Annotations;
  /** Images that a deployment builds, as the CLI is told of them. */
  readonly images: readonly { readonly source: { readonly platform?: string } }[];
}

/** The stack with stand-ins for code, which its template only names by hash. */
export function synthesize(context: Context = {}): Synthesized {
  process.env["CDK_VALIDATION"] = "false";
  const folder = mkdtempSync(join(tmpdir(), "framequeue-infra-"));
  const code = join(folder, "code");
  mkdirSync(code);
  writeFileSync(join(code, "index.mjs"), "export const handler = async () => {};\n");
  const flags = (JSON.parse(readFileSync("cdk.json", "utf8")) as { context: object }).context;

  const app = new App({
    context: {
      ...flags,
      // Warnings are asserted and need not be printed; assets are named and need not be copied.
      "@aws-cdk/core:annotationsInValidationReport": false,
      "aws:cdk:disable-asset-staging": true,
      ...context,
    },
    outdir: join(folder, "cdk.out"),
  });
  const stack = new FramequeueStack(app, "Framequeue", {
    pipeline: {
      ...settingsFrom((name) => app.node.tryGetContext(name) as unknown),
      code: { functions: () => code, page: code, worker: process.cwd() },
    },
  });
  const template = Template.fromStack(stack);
  const annotations = Annotations.fromStack(stack);
  const { dockerImages } = JSON.parse(
    readFileSync(join(app.outdir, `${stack.artifactId}.assets.json`), "utf8"),
  ) as { dockerImages: Record<string, Synthesized["images"][number]> };
  rmSync(folder, { recursive: true });
  return { app, stack, template, annotations, images: Object.values(dockerImages) };
}

/** The stack's template. */
export const synthesized = (context?: Context): Template => synthesize(context).template;

export interface Resource {
  readonly Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly Properties: any;
}

/** The resources of one type, by logical id. */
export const resourcesOf = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type)) as [string, Resource][];
