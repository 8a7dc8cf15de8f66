import { AwsError } from "../aws-error.ts";
import { assumeRoleAttempt } from "../iam/attempt-of.ts";
import { sessionArn, type Session } from "../iam/roles.ts";
import type { Place } from "../place.ts";

/** STS' own bounds, in seconds; a role may allow less than twelve hours, and allows one by default. */
const durationSeconds = { min: 900, fallback: 3600, max: 43_200 };

/**
 * Credentials of a role, for a session that the role trusts and whose own role may assume it. The machine's own key stands
 * for the account itself, which may not, as on AWS.
 */
export function assumeRole(
  input: URLSearchParams,
  session: Session | undefined,
  { roles, sessions, accountId }: Place,
) {
  const roleArn = input.get("RoleArn") ?? "";
  const sessionName = input.get("RoleSessionName") ?? "";
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) throw invalid("roleSessionName");
  const seconds = Number(input.get("DurationSeconds") ?? durationSeconds.fallback);
  if (!(seconds >= durationSeconds.min && seconds <= durationSeconds.max)) {
    throw invalid("durationSeconds");
  }

  roles.check(session, [assumeRoleAttempt(roleArn)]);
  if (!session || !roles.find(roleArn)?.trusted.includes(session.roleArn)) {
    const who = session ? sessionArn(session) : `arn:aws:iam::${accountId}:root`;
    throw new AwsError(
      403,
      "AccessDenied",
      `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  const assumed = { roleArn, sessionName };
  const issued = sessions.issue(assumed, Math.floor(Date.now() / 1000 + seconds) * 1000);
  return {
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey,
      SessionToken: issued.sessionToken,
      Expiration: new Date(issued.expiresAt).toISOString(),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${issued.accessKeyId}:${sessionName}`,
      Arn: sessionArn(assumed),
    },
  };
}

const invalid = (name: string) =>
  new AwsError(
    400,
    "ValidationError",
    `1 validation error detected: Value at '${name}' is not valid`,
  );
