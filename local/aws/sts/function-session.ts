import { createHmac } from "node:crypto";
import type { RoleDefinition, Session } from "../iam/roles.ts";
import type { Credentials } from "../sigv4/signature.ts";
import type { TemporaryCredentials } from "./session-store.ts";

/** Who assumes the role of a function, if the role lets it. */
const lambdaService = "lambda.amazonaws.com";

/** The sessions of all functions that these roles are for. */
export const functionSessions = (
  roles: readonly RoleDefinition[],
  credentials: Credentials,
): TemporaryCredentials[] =>
  roles
    .filter(({ trusted }) => trusted.includes(lambdaService))
    .flatMap(({ arn: roleArn, functionNames }) =>
      functionNames.map((name) => functionSession({ name, roleArn }, credentials)),
    );

/**
 * The session in which a function runs. Derived from the machine's own key, so that whoever has that agrees on it
 * without asking, and no restart makes it another.
 */
export function functionSession(
  { name, roleArn }: { readonly name: string; readonly roleArn: string },
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
