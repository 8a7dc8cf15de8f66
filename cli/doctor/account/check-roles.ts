import type { AwsAccount } from "../../../contracts/ports/aws-account.ts";
import type { Finding } from "../finding.ts";
import { broken, ok } from "../finding.ts";
import type { Compute } from "./compute.ts";

/** Roles that AWS's services need before GPUs can start; each is made once per account, and the first deployment fails without. */
export function rolesFor({ compute, spot }: Compute): { role: string; service: string }[] {
  return [
    { role: "AWSServiceRoleForECS", service: "ecs.amazonaws.com" },
    compute === "managed"
      ? { role: "AWSServiceRoleForECSCompute", service: "ecs-compute.amazonaws.com" }
      : { role: "AWSServiceRoleForAutoScaling", service: "autoscaling.amazonaws.com" },
    ...(spot ? [{ role: "AWSServiceRoleForEC2Spot", service: "spot.amazonaws.com" }] : []),
  ];
}

/** Whether the service-linked roles are there. */
export async function checkRoles(account: AwsAccount, compute: Compute): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { role, service } of rolesFor(compute)) {
    findings.push(
      (await account.hasRole(role))
        ? ok(`role ${role}`, "is there")
        : broken(
            `role ${role}`,
            "is not there",
            `Create it: aws iam create-service-linked-role --aws-service-name ${service}`,
          ),
    );
  }
  return findings;
}
