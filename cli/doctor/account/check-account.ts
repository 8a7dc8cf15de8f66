import type { AwsAccount } from "../../../contracts/ports/aws-account.ts";
import type { Finding } from "../finding.ts";
import { broken, ok } from "../finding.ts";

/** Whether the credentials work at all, and whose they are. */
export async function checkAccount(account: AwsAccount): Promise<Finding> {
  try {
    const { accountId, arn } = await account.identity();
    return ok("AWS account", `${accountId} in ${account.region}, as ${arn}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return broken(
      "AWS account",
      reason,
      "Sign in (`aws sso login`, or `aws configure`) and name the profile with AWS_PROFILE.",
    );
  }
}
