import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { App, CloudFormationValidatePlugin, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { buildPage } from "../infra/build-page.ts";
import { bundleFunctions } from "../infra/bundle-functions.ts";
import { FramequeueStack } from "../infra/framequeue-stack.ts";
import { settingsFrom } from "../infra/settings.ts";
import { variants } from "../infra/variants.ts";
import { cfnLint } from "./cfn-lint.ts";

const folder = "cdk.out/variants";
/** CloudFormation's own maxima of one template. */
const resourcesMax = 500;
const bytesMax = 1_000_000;

interface Row {
  readonly variant: string;
  readonly template: string;
  readonly resources: number;
  readonly kilobytes: number;
  readonly seconds: number;
}

// With plugins CDK hashes all that lies there, so that what is left of older runs makes each run slower (aws/aws-cdk#38614).
rmSync(folder, { recursive: true, force: true });
const { context: flags } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: object };
const [functions, page] = await Promise.all([
  bundleFunctions(),
  buildPage({ workerPackage: false }),
]);

let faults = 0;
const rows: Row[] = [];
for (const [variant, context] of Object.entries(variants)) {
  console.log(`\n== ${variant}`);
  try {
    rows.push(synthesize(variant, context));
  } catch (error) {
    faults += 1;
    console.error(`FAILED  ${variant}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

console.log(`\n== cfn-lint`);
const findings = cfnLint(rows.map(({ template }) => template));
if ("absent" in findings) {
  console.log(`skipped  cfn-lint: ${findings.absent}`);
} else {
  for (const { file, text } of findings) console.error(`FAILED  ${file}\n        ${text}`);
  faults += findings.length;
  if (findings.length === 0 && rows.length > 0)
    console.log(`${rows.length} templates, no error and no warning`);
}

console.log(`\n${"variant".padEnd(42)}resources     kB  seconds`);
for (const { variant, resources, kilobytes, seconds } of rows) {
  console.log(
    `${variant.padEnd(42)}${String(resources).padStart(9)}${kilobytes.toFixed(0).padStart(7)}${seconds.toFixed(1).padStart(9)}`,
  );
}
process.exitCode = faults === 0 ? 0 : 1;

/** As `cdk synth` does it, with cdk-nag and CDK's validation of templates as gates: an error of either is thrown. */
function synthesize(variant: string, context: Readonly<Record<string, string>>): Row {
  const startedAt = performance.now();
  const outdir = join(folder, variant.replaceAll(/\W+/g, "-"));
  const app = new App({ context: { ...flags, ...context }, outdir });
  // Named, although CDK adds it by itself: without it a variable of the environment would switch the gate off.
  Validations.of(app).addPlugins(new CloudFormationValidatePlugin(), new AwsSolutionsChecks(app));
  const stack = new FramequeueStack(app, "Framequeue", {
    pipeline: {
      ...settingsFrom((name) => app.node.tryGetContext(name) as unknown),
      code: { functions, page, worker: process.cwd() },
    },
  });
  app.synth();

  const template = join(outdir, stack.templateFile);
  const { Resources } = JSON.parse(readFileSync(template, "utf8")) as { Resources: object };
  const resources = Object.keys(Resources).length;
  const { size } = statSync(template);
  if (resources > resourcesMax || size > bytesMax) {
    throw new Error(
      `${resources} resources and ${size} bytes: CloudFormation takes ${resourcesMax} and ${bytesMax}.`,
    );
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { variant, template, resources, kilobytes: size / 1000, seconds };
}
