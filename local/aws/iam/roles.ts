import { AwsError } from "../aws-error.ts";
import { allows, type Attempt, type PolicyStatement } from "./policy.ts";

/** A role that credentials can be had of, with the policies that the template gives it. */
export interface RoleDefinition {
  readonly arn: string;
  /** Who may assume it: ARNs of roles, names of services. */
  readonly trusted: readonly string[];
  readonly statements: readonly PolicyStatement[];
  readonly runs: readonly Runs[];
}

/** A function or a container that runs as a role, and the service that assumes it for that. */
export interface Runs {
  readonly name: string;
  readonly service: "lambda.amazonaws.com" | "ecs-tasks.amazonaws.com";
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

  /** Whether each attempt is allowed by a policy of the session's role. */
  allows(session: Session | undefined, attempts: readonly Attempt[]): boolean {
    return this.#refused(session, attempts) === undefined;
  }

  /** Refuses a call of which one attempt is allowed by no policy of the session's role, and says so in the log. */
  check(session: Session | undefined, attempts: readonly Attempt[]): void {
    const refused = this.#refused(session, attempts);
    if (!session || !refused) return;
    const message = `User: ${sessionArn(session)} is not authorized to perform: ${refused.action} on resource: ${refused.resource} because no identity-based policy allows the ${refused.action} action`;
    console.warn(message);
    throw new AwsError(403, "AccessDenied", message);
  }

  #refused(session: Session | undefined, attempts: readonly Attempt[]): Attempt | undefined {
    if (!session) return undefined;
    const statements = this.#roles.get(session.roleArn)?.statements ?? [];
    return attempts.find((attempt) => !allows(statements, attempt));
  }
}

/** As STS names who came by AssumeRole. */
export const sessionArn = ({ roleArn, sessionName }: Session): string =>
  `${roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${sessionName}`;
