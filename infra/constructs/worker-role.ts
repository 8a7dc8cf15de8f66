import { Duration } from "aws-cdk-lib";
import { ArnPrincipal, type IRole, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { allow, type Statement } from "../statement.ts";

/** What a worker outside of AWS becomes for some minutes. Only the API's function makes it so, for who has a worker token. */
export class WorkerRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { lender }: { readonly lender: IRole }) {
    super(scope, id);
    this.role = new Role(this, "Role", {
      assumedBy: new ArnPrincipal(lender.roleArn),
      description: "Workers outside of AWS, each for some minutes",
      // IAM's shortest; STS is asked for less.
      maxSessionDuration: Duration.hours(1),
    });
  }

  /** Allows this and nothing beyond it. */
  allow(statement: Statement): void {
    allow(this.role, statement);
  }
}
