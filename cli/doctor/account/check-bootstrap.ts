import type { AwsAccount } from "../../../contracts/ports/aws-account.ts";
import type { Finding } from "../finding.ts";
import { broken, ok } from "../finding.ts";

/** The oldest bootstrap that the CDK of this checkout deploys with. */
const versionMin = 6;

/** Whether `cdk bootstrap` was run in this account and region, by its stack. */
export async function checkBootstrap(account: AwsAccount): Promise<Finding> {
  const { accountId } = await account.identity();
  const hint = `Run \`npx cdk bootstrap aws://${accountId}/${account.region}\`: a bucket and roles for deployments, once per region.`;
  const stack = await account.findStack("CDKToolkit");
  if (!stack) return broken("CDK bootstrap", `there is none in ${account.region}`, hint);
  if (!/^(CREATE|UPDATE)_COMPLETE/.test(stack.status)) {
    return broken("CDK bootstrap", `its stack CDKToolkit is ${stack.status}`, hint);
  }
  const version = Number(stack.outputs["BootstrapVersion"] ?? 0);
  return version >= versionMin
    ? ok("CDK bootstrap", `version ${version}`)
    : broken("CDK bootstrap", `version ${version} is older than ${versionMin}`, hint);
}
