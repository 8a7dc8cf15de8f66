import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { lockDirectory } from "./aws/state/directory-lock.ts";
import { statePaths } from "./state-directory.ts";

const { values } = parseArgs({ options: { state: { type: "string", default: ".framequeue" } } });
const { root } = statePaths(values.state);

try {
  if (existsSync(root)) {
    // A mistyped folder is not for us to delete.
    if (!existsSync(join(root, "lock"))) throw new Error(`${root} is no state directory.`);
    // Refused while a start holds it.
    lockDirectory(root)[Symbol.dispose]();
    rmSync(root, { recursive: true });
  }
  console.log(`Nothing is left in ${root}.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
