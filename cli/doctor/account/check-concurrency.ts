import type { AwsAccount } from "../../../contracts/ports/aws-account.ts";
import type { Finding } from "../finding.ts";
import { ok, warning } from "../finding.ts";

/** Lambda's account-wide quota of concurrent executions. */
const quotaCode = "L-B99A9384";
/** Three queues with two readers each, the sweeper, the scaler, and a page that asks for several things at once. */
const needed = 20;

/** Whether Lambda may run as much side by side as the event sources and the API need; a new account may have 10. */
export async function checkConcurrency(account: AwsAccount): Promise<Finding> {
  const executions = await account.quota("lambda", quotaCode);
  const says = `${executions} executions at the same time`;
  return executions >= needed
    ? ok("Lambda concurrency", says)
    : warning(
        "Lambda concurrency",
        `${says}; ${needed} are used at busy times, and what is refused is slower`,
        `Ask for more: aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${quotaCode} --desired-value 1000 --region ${account.region}`,
      );
}
