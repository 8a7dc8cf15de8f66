import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Check } from "./check.ts";
import { serviceOf } from "./check.ts";
import type { Report } from "./read-report.ts";
import { checksIn } from "./read-report.ts";
import type { OpenTarget } from "./target.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the suites against a target in a process of their own and returns every check of the services that it has. */
export async function runSuites({
  services,
  project,
  files,
  environment,
}: OpenTarget): Promise<readonly Check[]> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  try {
    const report = join(folder, "report.json");
    const child = spawn(
      process.execPath,
      [
        join(root, "node_modules/vitest/vitest.mjs"),
        "run",
        `--project=${project}`,
        "--reporter=json",
        `--outputFile=${report}`,
        ...files,
      ],
      {
        cwd: root,
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...withoutAws(process.env), ...environment },
      },
    );
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
    });
    const [code] = (await once(child, "close")) as [number | null];

    const written = await readFile(report, "utf8").catch(() => undefined);
    if (written === undefined) throw new Error(`vitest wrote no report: ${said}`);
    const checks = checksIn(JSON.parse(written) as Report).filter(({ suite }) =>
      services.includes(serviceOf(suite)),
    );
    const isFailed = checks.some(({ outcome }) => outcome === "failed");
    if (code !== 0 && !isFailed) throw new Error(`vitest failed outside of the tests: ${said}`);
    return checks;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Who wants an emulator checked must not reach AWS by a variable that is set on this machine. */
function withoutAws(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name]) => !name.startsWith("AWS_") && !name.startsWith("CONFORMANCE_"),
    ),
  );
}
