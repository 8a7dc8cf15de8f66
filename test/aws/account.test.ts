import {
  CloudFormationServiceException,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from "@aws-sdk/client-cloudformation";
import {
  DescribeRuleCommand,
  EventBridgeServiceException,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, IAMServiceException } from "@aws-sdk/client-iam";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasServiceException,
} from "@aws-sdk/client-service-quotas";
import { GetQueueAttributesCommand, SQSServiceException } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { accountClients, awsAccount } from "../../aws/account.ts";
import { NotAllowed } from "../../contracts/ports/aws-account.ts";

const refusal = (name: string, message = name) => ({
  name,
  message,
  $fault: "client" as const,
  $metadata: {},
});

function mocked() {
  const clients = accountClients("eu-west-1");
  return {
    account: awsAccount(clients, { region: "eu-west-1" }),
    cloudFormation: mockClient(clients.cloudFormation),
    eventBridge: mockClient(clients.eventBridge),
    iam: mockClient(clients.iam),
    quotas: mockClient(clients.quotas),
    sqs: mockClient(clients.sqs),
  };
}

test("a stack comes with its outputs by name", async () => {
  const { account, cloudFormation } = mocked();
  cloudFormation.on(DescribeStacksCommand, { StackName: "Framequeue" }).resolves({
    Stacks: [
      {
        StackName: "Framequeue",
        StackId: "arn:1",
        CreationTime: new Date(0),
        StackStatus: "CREATE_COMPLETE",
        Outputs: [{ OutputKey: "ApiUrl", OutputValue: "https://api.example.com" }],
      },
    ],
  });

  expect(await account.findStack("Framequeue")).toEqual({
    id: "arn:1",
    status: "CREATE_COMPLETE",
    statusReason: undefined,
    outputs: { ApiUrl: "https://api.example.com" },
  });
});

test("a stack that is not there is no fault, another error is", async () => {
  const { account, cloudFormation } = mocked();
  const absent = refusal("ValidationError", "Stack with id Framequeue does not exist");
  const throttled = new CloudFormationServiceException(refusal("Throttling"));
  cloudFormation
    .on(DescribeStacksCommand)
    .rejectsOnce(new CloudFormationServiceException(absent))
    .rejectsOnce(throttled);

  expect(await account.findStack("Framequeue")).toBeUndefined();
  await expect(account.findStack("Framequeue")).rejects.toThrow(throttled);
});

test("every page of a stack's resources is read", async () => {
  const { account, cloudFormation } = mocked();
  const resource = (id: string) => ({
    LogicalResourceId: id,
    PhysicalResourceId: `p-${id}`,
    ResourceType: "AWS::SQS::Queue",
    ResourceStatus: "CREATE_COMPLETE" as const,
    LastUpdatedTimestamp: new Date(0),
  });
  cloudFormation
    .on(ListStackResourcesCommand)
    .resolvesOnce({ StackResourceSummaries: [resource("A")], NextToken: "next" })
    .resolvesOnce({ StackResourceSummaries: [resource("B")] });

  const resources = await account.listResources("Framequeue");

  expect(resources.map(({ physicalId }) => physicalId)).toEqual(["p-A", "p-B"]);
});

test("a quota that was never changed has AWS's default", async () => {
  const { account, quotas } = mocked();
  quotas
    .on(GetServiceQuotaCommand)
    .rejects(new ServiceQuotasServiceException(refusal("NoSuchResourceException")))
    .on(GetAWSDefaultServiceQuotaCommand, { ServiceCode: "ec2", QuotaCode: "L-3819A6DF" })
    .resolves({ Quota: { Value: 0 } });

  expect(await account.quota("ec2", "L-3819A6DF")).toBe(0);
});

test("a role, a rule and a queue that are not there are told from errors", async () => {
  const { account, iam, eventBridge, sqs } = mocked();
  iam
    .on(GetRoleCommand)
    .rejectsOnce(new IAMServiceException(refusal("NoSuchEntityException")))
    .rejectsOnce(new IAMServiceException(refusal("ServiceFailureException")))
    .resolves({});
  eventBridge
    .on(DescribeRuleCommand)
    .rejectsOnce(new EventBridgeServiceException(refusal("ResourceNotFoundException")))
    .resolves({ State: "DISABLED" })
    .on(ListTargetsByRuleCommand)
    .resolves({ Targets: [{ Id: "1", Arn: "arn:2" }] });
  sqs
    .on(GetQueueAttributesCommand)
    .rejectsOnce(new SQSServiceException(refusal("QueueDoesNotExist")))
    .resolves({});

  expect(await account.hasRole("AWSServiceRoleForECS")).toBe(false);
  await expect(account.hasRole("AWSServiceRoleForECS")).rejects.toThrow("ServiceFailureException");
  expect(await account.hasRole("AWSServiceRoleForECS")).toBe(true);
  expect(await account.findRule("uploads")).toBeUndefined();
  expect(await account.findRule("uploads")).toEqual({ isEnabled: false, targets: 1 });
  expect(await account.hasQueue("https://sqs.example.com/1/work")).toBe(false);
  expect(await account.hasQueue("https://sqs.example.com/1/work")).toBe(true);
});

test("a right that the caller lacks is named: as AWS says it, else as we asked", async () => {
  const { account, iam, quotas } = mocked();
  const said =
    "User: arn:1 is not authorized to perform: iam:GetRole on resource: role AWS because";
  iam.on(GetRoleCommand).rejects(new IAMServiceException(refusal("AccessDenied", said)));
  quotas
    .on(GetServiceQuotaCommand)
    .rejects(new ServiceQuotasServiceException(refusal("AccessDeniedException")));

  await expect(account.hasRole("AWSServiceRoleForECS")).rejects.toThrow(
    new NotAllowed("iam:GetRole"),
  );
  await expect(account.quota("ec2", "L-3819A6DF")).rejects.toMatchObject({
    name: "NotAllowed",
    action: "servicequotas:GetServiceQuota",
  });
});
