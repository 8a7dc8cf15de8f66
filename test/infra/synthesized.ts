import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readFileSync } from "node:fs";
import { FramequeueStack } from "../../infra/framequeue-stack.ts";
import { settingsFrom } from "../../infra/settings.ts";

/** The stack's template, with stand-ins for code, which the template only names by hash. */
export function synthesized(context: Readonly<Record<string, unknown>> = {}): Template {
  process.env["CDK_VALIDATION"] = "false";
  const folder = mkdtempSync(join(tmpdir(), "framequeue-code-"));
  writeFileSync(join(folder, "index.mjs"), "export const handler = async () => {};\n");
  const flags = (JSON.parse(readFileSync("cdk.json", "utf8")) as { context: object }).context;

  const app = new App({
    context: { ...flags, ...context },
    outdir: mkdtempSync(join(tmpdir(), "framequeue-out-")),
  });
  const stack = new FramequeueStack(app, "Framequeue", {
    settings: settingsFrom((name) => app.node.tryGetContext(name) as unknown),
    code: { functions: () => folder, page: folder, worker: process.cwd() },
  });
  return Template.fromStack(stack);
}

export interface Resource {
  readonly Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly Properties: any;
}

/** The resources of one type, by logical id. */
export const resourcesOf = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type)) as [string, Resource][];
