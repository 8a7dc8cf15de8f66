import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Digest over the names and bytes of every file that the patterns match, and over the other facts. */
export function contentHash(root: string, patterns: readonly string[], facts: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(facts));
  const names = globSync([...patterns], { cwd: root, exclude: ["**/node_modules/**"] });
  for (const name of names.sort()) {
    const path = join(root, name);
    if (statSync(path).isFile()) hash.update(`\n${name}\n`).update(readFileSync(path));
  }
  return hash.digest("hex");
}
