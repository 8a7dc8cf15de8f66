import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { copyTree, edited } from "../test/support/tree-copy.ts";
import { plantedFaults } from "./planted-faults.ts";

await using copy = await copyTree();
const { folder } = copy;

let blind = 0;
for (const { name, edits, test } of plantedFaults) {
  using _planted = edited(folder, edits);
  const { stdout } = spawnSync(
    join(folder, "node_modules/.bin/vitest"),
    ["run", "--project", "system", `test/end-to-end/${test[0]}.test.ts`, "-t", test[1]],
    { cwd: folder, encoding: "utf8" },
  );

  const sees = /1 failed/.test(stdout);
  console.log(`${sees ? "sees it " : "BLIND   "} ${name}`);
  if (!sees) blind++;
}
process.exitCode = blind === 0 ? 0 : 1;
