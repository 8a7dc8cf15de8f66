import { AwsError } from "../aws-error.ts";
import { allows, type Attempt, type PolicyStatement } from "./policy.ts";

/** A role that credentials can be had of, with the policies that the template gives it. */
export interface RoleDefinition {
  readonly arn: string;
  /** ARNs of who may assume it. */
  readonly trusted: readonly string[];
  readonly statements: readonly PolicyStatement[];
}

/** Whose request it is: the machine's own key, which may everything, or a session of a role. */
export interface Session {
  readonly roleArn: string;
  readonly sessionName: string;
}

/** Roles and what they may. */
export class Roles {
  #roles: ReadonlyMap<string, RoleDefinition> = new Map();

  set(roles: readonly RoleDefinition[]): void {
    this.#roles = new Map(roles.map((role) => [role.arn, role]));
  }

  find(arn: string): RoleDefinition | undefined {
    return this.#roles.get(arn);
  }

  /** Refuses what no policy of the session's role allows. */
  check(session: Session | undefined, attempt: Attempt): void {
    if (!session) return;
    if (allows(this.#roles.get(session.roleArn)?.statements ?? [], attempt)) return;
    throw new AwsError(
      403,
      "AccessDenied",
      `User: ${sessionArn(session)} is not authorized to perform: ${attempt.action} on resource: ${attempt.resource} because no identity-based policy allows the ${attempt.action} action`,
    );
  }
}

/** As STS names who came by AssumeRole. */
export const sessionArn = ({ roleArn, sessionName }: Session): string =>
  `${roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${sessionName}`;
