import type { AwsAccount, Stack } from "../../../contracts/ports/aws-account.ts";
import { checkCors } from "../check-upload.ts";
import type { Finding } from "../finding.ts";
import { broken, ok, warning } from "../finding.ts";

/** What the clients and the workers read of a stack. */
const outputsNeeded = ["ApiUrl", "PageUrl", "MediaBucketName", "JobsTableName", "WorkQueueUrl"];

/** Whether the deployment has ended well, and says where its things are. */
export function checkStatus(name: string, stack: Stack): Finding {
  const missing = outputsNeeded.filter((output) => stack.outputs[output] === undefined);
  if (stack.status.endsWith("_IN_PROGRESS")) {
    return warning("stack", `${name} is ${stack.status}`, "Ask again when it has ended.");
  }
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack.status)) {
    const reason = stack.statusReason ? `: ${stack.statusReason}` : "";
    return broken(
      "stack",
      `${name} is ${stack.status}${reason}`,
      `See its events (\`aws cloudformation describe-stack-events --stack-name ${name}\`); a stack in ROLLBACK_COMPLETE must be deleted before the next deployment.`,
    );
  }
  return missing.length === 0
    ? ok("stack", `${name} is ${stack.status}; page ${stack.outputs["PageUrl"]}`)
    : broken(
        "stack",
        `${name} has no output ${missing.join(", ")}`,
        "Is it a Framequeue stack? Name it with --stack.",
      );
}

/** Whether uploads are announced: the rule is on and has a target, and the queue is there. */
export async function checkUploadEvents(account: AwsAccount, name: string): Promise<Finding> {
  const hop = "upload events";
  const hint =
    "Deploy again with your settings and --revert-drift: without it CloudFormation leaves what was changed by hand.";
  const resources = await account.listResources(name);
  const ofUploads = (type: string, id: RegExp) =>
    resources.find((resource) => resource.type === type && id.test(resource.logicalId));
  const ruleResource = ofUploads("AWS::Events::Rule", /UploadsObjectCreated/);
  const queueResource = ofUploads("AWS::SQS::Queue", /UploadEventsQueue/);
  if (!ruleResource || !queueResource) {
    return broken(hop, "the stack has no rule or no queue for them", hint);
  }

  const rule = await account.findRule(ruleResource.physicalId);
  if (!rule) return broken(hop, `the rule ${ruleResource.physicalId} is gone`, hint);
  if (!rule.isEnabled) {
    return broken(
      hop,
      `the rule ${ruleResource.physicalId} is disabled`,
      `Enable it: aws events enable-rule --name ${ruleResource.physicalId} --region ${account.region}`,
    );
  }
  if (rule.targets === 0) return broken(hop, "the rule has no target", hint);
  if (!(await account.hasQueue(queueResource.physicalId))) {
    return broken(hop, `the queue ${queueResource.physicalId} is gone`, hint);
  }
  return ok(hop, "the rule is on and its queue is there");
}

/** Whether the page may upload to the bucket and read from it. */
export function checkBucketCors(
  { region }: Pick<AwsAccount, "region">,
  { outputs }: Stack,
  signal: AbortSignal,
): Promise<Finding> {
  const host = `${outputs["MediaBucketName"]}.s3.${region}.amazonaws.com`;
  const origin = new URL(outputs["PageUrl"]!).origin;
  return checkCors(
    { url: `https://${host}/uploads/doctor` },
    { origin, originIsPage: true },
    signal,
  );
}
