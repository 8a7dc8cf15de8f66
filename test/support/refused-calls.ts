import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Calls that a role had no right to, as the emulators noted them in a local system's logs; each once. */
export async function refusedCalls(logs: string): Promise<string[]> {
  const names = existsSync(logs) ? await readdir(logs) : [];
  const texts = await Promise.all(names.map((name) => readFile(join(logs, name), "utf8")));
  return [...new Set(texts.join("\n").match(/^User: .* is not authorized to perform: .*$/gm))];
}
