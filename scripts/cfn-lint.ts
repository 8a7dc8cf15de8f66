import { spawnSync } from "node:child_process";
import * as z from "zod";
import { pythonTool } from "./python-tool.ts";

/** Rules that are not ours to follow, each with its reason. */
const ignored: Readonly<Record<string, string>> = {
  W3005: "CDK writes a dependency on a role beside the reference to it; it costs nothing.",
  W3010: "Zones are written only where a deployment names them: pools of GPUs differ by zone.",
};

const Report = z.array(
  z.object({
    Filename: z.string(),
    Level: z.string(),
    Message: z.string(),
    Rule: z.object({ Id: z.string() }),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullish() }),
  }),
);

export interface LintFinding {
  readonly file: string;
  readonly text: string;
}

/** Errors and warnings of cfn-lint in these templates, or why it could not look. */
export function cfnLint(
  templates: readonly string[],
): readonly LintFinding[] | { readonly absent: string } {
  const tool = pythonTool({ program: "cfn-lint", requirement: "cfn-lint==1.51.0" });
  if ("absent" in tool) return tool;
  // Without one it would read its standard input.
  if (templates.length === 0) return [];

  const { stdout, stderr } = spawnSync(
    tool.path,
    ["--format", "json", "--ignore-checks", ...Object.keys(ignored), "--template", ...templates],
    { encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  // Its exit status mixes levels of findings with its own faults; what it prints tells them apart.
  if (!stdout.trimStart().startsWith("[")) throw new Error(`cfn-lint failed: ${stdout}${stderr}`);
  return Report.parse(JSON.parse(stdout)).map(({ Filename, Level, Message, Rule, Location }) => ({
    file: Filename,
    text: `${Level} ${Rule.Id} ${Location.Path?.join("/") ?? ""}: ${Message}`,
  }));
}
