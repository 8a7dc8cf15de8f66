import { homedir } from "node:os";
import { join } from "node:path";
import type { KeyTableAccess } from "./access-keys/key-table-access.ts";
import type { ApiAddress } from "./api-address.ts";
import { findApi } from "./api-address.ts";
import type { Client } from "./client/client.ts";
import { createClient } from "./client/client.ts";
import type { UploadMemory } from "./client/upload-memory.ts";
import { folderUploadMemory } from "./client/upload-memory.ts";
import type { Output } from "./output.ts";

export interface SessionOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly keyTables: KeyTableAccess;
  /** Puts a question to the person at the terminal; absent where there is none. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** Value of `--api`, once the command line has been read. */
  readonly apiFlag: () => string | undefined;
}

export interface System extends ApiAddress {
  readonly client: Client;
}

/** What every command has at hand. */
export interface Session extends SessionOptions {
  /** How the command is called here, for words that name a next one. */
  readonly commandName: string;
  readonly uploadMemory: UploadMemory;
  /** The system that is talked to; throws when none is known. */
  connect(): System;
  /** A system whose address was found in another way, said in words. */
  connectTo(apiUrl: string, from: string): System;
}

export function createSession(options: SessionOptions): Session {
  const { environment, workingDirectory, now, apiFlag } = options;
  const state = environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  return {
    ...options,
    commandName: environment["npm_command"] === "exec" ? "npx framequeue" : "framequeue",
    uploadMemory: folderUploadMemory(join(state, "framequeue", "uploads"), now),

    connect() {
      const address = findApi({ flag: apiFlag(), environment, workingDirectory });
      return { ...address, client: createClient({ ...address, now }) };
    },
    connectTo(apiUrl, from) {
      const apiKey = environment["FRAMEQUEUE_API_KEY"];
      return { apiUrl, from, apiKey, client: createClient({ apiUrl, apiKey, now }) };
    },
  };
}
