import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where each thing lies in the state directory. */
export function statePaths(stateDirectory: string) {
  const root = resolve(stateDirectory);
  return {
    root,
    logs: join(root, "logs"),
    log: (name: string) => join(root, "logs", `${name}.log`),
    /** What is known of unfinished uploads. */
    uploads: join(root, "uploads"),
    scratch: (name: string) => join(root, "scratch", name),
    /** The secret of this machine's own key, for its owner's eyes. */
    apiKey: join(root, "api-key"),
    running: join(root, "running.json"),
  };
}

export type StatePaths = ReturnType<typeof statePaths>;

/** Makes the folders that have to be there. */
export function makeStateDirectory(paths: StatePaths): void {
  for (const path of [paths.root, paths.logs]) mkdirSync(path, { recursive: true });
}
