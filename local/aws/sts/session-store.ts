import { randomBytes } from "node:crypto";
import type { Session } from "../iam/roles.ts";
import type { Database } from "../state/database.ts";

/** Credentials of a role's session. */
export interface TemporaryCredentials extends Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** How long credentials are remembered after their end, so that they are refused as old and not as unknown. */
const rememberedMs = 24 * 3600_000;

/** The credentials that STS gave out, which outlive a restart, and those of what runs as a role. */
export class SessionStore {
  readonly #database: Database;
  #running: ReadonlyMap<string, TemporaryCredentials> = new Map();

  constructor(database: Database) {
    this.#database = database;
    database.define(`CREATE TABLE IF NOT EXISTS sts_session (
      accessKeyId TEXT PRIMARY KEY, secretAccessKey TEXT NOT NULL, sessionToken TEXT NOT NULL,
      expiresAt INTEGER NOT NULL, roleArn TEXT NOT NULL, sessionName TEXT NOT NULL)`);
  }

  /** New credentials of a session; `expiresAt` in epoch milliseconds. */
  issue(session: Session, expiresAt: number): TemporaryCredentials {
    const issued = {
      ...session,
      accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(96).toString("base64"),
      expiresAt,
    };
    this.#database.run("DELETE FROM sts_session WHERE expiresAt < ?", Date.now() - rememberedMs);
    this.#database.run(
      "INSERT INTO sts_session VALUES (?, ?, ?, ?, ?, ?)",
      issued.accessKeyId,
      issued.secretAccessKey,
      issued.sessionToken,
      expiresAt,
      issued.roleArn,
      issued.sessionName,
    );
    return issued;
  }

  /** The sessions of the functions and containers that there are; those of before are forgotten. */
  setRunning(sessions: readonly TemporaryCredentials[]): void {
    this.#running = new Map(sessions.map((session) => [session.accessKeyId, session]));
  }

  find(accessKeyId: string): TemporaryCredentials | undefined {
    return (
      this.#running.get(accessKeyId) ??
      this.#database.find<TemporaryCredentials>(
        "SELECT * FROM sts_session WHERE accessKeyId = ?",
        accessKeyId,
      )
    );
  }
}
