import { createHmac } from "node:crypto";
import type { RoleDefinition, Runs, Session } from "../iam/roles.ts";
import type { Credentials } from "../sigv4/signature.ts";
import type { TemporaryCredentials } from "./session-store.ts";

/** The sessions of everything that runs as one of these roles, of what the role lets assume it. */
export const runtimeSessions = (
  roles: readonly RoleDefinition[],
  credentials: Credentials,
): TemporaryCredentials[] =>
  roles.flatMap(({ arn: roleArn, trusted, runs }) =>
    runs
      .filter(({ service }) => trusted.includes(service))
      .map(({ name }) => runtimeSession({ name, roleArn }, credentials)),
  );

/**
 * The session in which a function or a container runs. Derived from the machine's own key, so that whoever has that agrees
 * on it without asking, and no restart makes it another.
 */
export function runtimeSession(
  { name, roleArn }: Pick<Runs, "name"> & Pick<Session, "roleArn">,
  { secretAccessKey }: Credentials,
): TemporaryCredentials {
  const session: Session = { roleArn, sessionName: name };
  const derived = (purpose: string) =>
    createHmac("sha256", secretAccessKey)
      .update(JSON.stringify([purpose, session]))
      .digest();
  return {
    ...session,
    accessKeyId: `ASIA${derived("id").toString("hex").slice(0, 16).toUpperCase()}`,
    secretAccessKey: derived("secret").toString("base64"),
    sessionToken: derived("token").toString("base64"),
    expiresAt: Number.POSITIVE_INFINITY,
  };
}
