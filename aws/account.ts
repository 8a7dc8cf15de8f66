import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsAccount } from "../contracts/ports/aws-account.ts";
import { allowing, isNamed } from "./not-allowed.ts";

/** Clients for looking at an account; region and credentials come from where the AWS CLI finds them. */
export const accountClients = (region: string | undefined) => {
  const where = region === undefined ? {} : { region };
  return {
    cloudFormation: new CloudFormationClient(where),
    eventBridge: new EventBridgeClient(where),
    iam: new IAMClient(where),
    quotas: new ServiceQuotasClient(where),
    sqs: new SQSClient(where),
    sts: new STSClient(where),
  };
};

/** The account that the credentials belong to, in one region. */
export function awsAccount(
  clients: ReturnType<typeof accountClients>,
  { region }: { readonly region: string },
): AwsAccount {
  const { cloudFormation, eventBridge, iam, quotas, sqs, sts } = clients;
  return {
    region,

    async identity() {
      const { Account, Arn } = await sts.send(new GetCallerIdentityCommand());
      return { accountId: Account!, arn: Arn! };
    },

    findStack: (name) =>
      allowing("cloudformation:DescribeStacks", async () => {
        const stack = await describe(cloudFormation, name);
        return (
          stack && {
            id: stack.StackId!,
            status: stack.StackStatus!,
            statusReason: stack.StackStatusReason,
            outputs: Object.fromEntries(
              (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]),
            ),
          }
        );
      }),

    listResources: (stack) =>
      allowing("cloudformation:ListStackResources", async () => {
        const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stack });
        const found = [];
        for await (const { StackResourceSummaries = [] } of pages) {
          found.push(...StackResourceSummaries);
        }
        return found.map((resource) => ({
          logicalId: resource.LogicalResourceId!,
          physicalId: resource.PhysicalResourceId ?? "",
          type: resource.ResourceType!,
          status: resource.ResourceStatus!,
        }));
      }),

    quota: (serviceCode, quotaCode) =>
      allowing("servicequotas:GetServiceQuota", async () => {
        const which = { ServiceCode: serviceCode, QuotaCode: quotaCode };
        // A quota that nobody ever changed may have no value of the account's own.
        const { Quota } = await quotas
          .send(new GetServiceQuotaCommand(which))
          .catch(async (error: unknown) => {
            if (!isNamed(error, "NoSuchResourceException")) throw error;
            return quotas.send(new GetAWSDefaultServiceQuotaCommand(which));
          });
        return Quota!.Value!;
      }),

    hasRole: (name) =>
      allowing("iam:GetRole", async () =>
        isThere(iam.send(new GetRoleCommand({ RoleName: name })), "NoSuchEntity"),
      ),

    findRule: (name) =>
      allowing("events:DescribeRule", async () => {
        try {
          const { State } = await eventBridge.send(new DescribeRuleCommand({ Name: name }));
          const { Targets = [] } = await eventBridge.send(
            new ListTargetsByRuleCommand({ Rule: name }),
          );
          return { isEnabled: State === "ENABLED", targets: Targets.length };
        } catch (error) {
          if (isNamed(error, "ResourceNotFoundException")) return undefined;
          throw error;
        }
      }),

    hasQueue: (url) =>
      allowing("sqs:GetQueueAttributes", async () =>
        isThere(
          sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] })),
          "QueueDoesNotExist",
        ),
      ),
  };
}

async function describe(client: CloudFormationClient, name: string) {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch (error) {
    // CloudFormation has no error of its own for this.
    if (error instanceof Error && error.message.endsWith("does not exist")) return undefined;
    throw error;
  }
}

async function isThere(asked: Promise<unknown>, absent: string): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (isNamed(error, absent)) return false;
    throw error;
  }
}
