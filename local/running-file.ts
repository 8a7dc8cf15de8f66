import { renameSync, rmSync, writeFileSync } from "node:fs";

/** What others need to know of a running system: tests, the command line, a second terminal. */
export interface RunningFacts {
  readonly page_url: string;
  readonly api_url: string;
  /** Opens the API; undefined where the template has no table for keys, or tokens open it instead. */
  readonly api_key?: string | undefined;
  readonly aws_endpoint_url: string;
  readonly region: string;
  readonly access_key_id: string;
  readonly secret_access_key: string;
  /** A worker started by hand with these is one of this system's. */
  readonly worker_environment: Readonly<Record<string, string>>;
  /** The template's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** Keeps the file true: it is there exactly while the system is up, unless that was killed. */
export function openRunningFile(path: string, facts: Omit<RunningFacts, "processes" | "api_key">) {
  const processes = new Map([["start", process.pid]]);
  let published = false;
  let apiKey: string | undefined;

  function write(): void {
    const running: RunningFacts = {
      ...facts,
      api_key: apiKey,
      processes: [...processes].map(([name, pid]) => ({ name, pid })),
    };
    // Renamed into place, so that nobody reads half of it.
    writeFileSync(`${path}.new`, JSON.stringify(running, undefined, 2), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  rmSync(path, { force: true });
  return {
    setProcess(name: string, pid: number): void {
      processes.set(name, pid);
      if (published) write();
    },
    setApiKey(secret: string): void {
      apiKey = secret;
    },
    publish(): void {
      published = true;
      write();
    },
    remove(): void {
      published = false;
      rmSync(path, { force: true });
    },
  };
}
