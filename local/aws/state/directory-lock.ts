import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Holds a state directory for one process; a second one is refused until the first has closed or died. */
export function lockDirectory(directory: string): Disposable {
  const ownerPath = join(directory, "owner.pid");
  // The operating system drops SQLite's file lock with its process, so kill -9 leaves no stale lock behind.
  const lock = new DatabaseSync(join(directory, "lock"));
  try {
    lock.exec("PRAGMA busy_timeout=0; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new Error(`${directory} is in use by another process (pid ${owner(ownerPath)})`, {
      cause,
    });
  }
  writeFileSync(ownerPath, String(process.pid));

  return { [Symbol.dispose]: () => lock.close() };
}

function owner(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "unknown";
  }
}
