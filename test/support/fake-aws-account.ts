import type {
  AwsAccount,
  EventRule,
  Stack,
  StackResource,
} from "../../contracts/ports/aws-account.ts";
import { NotAllowed } from "../../contracts/ports/aws-account.ts";

/** An account in memory, with everything that a deployment needs; a test takes things away. */
export class FakeAwsAccount implements AwsAccount {
  readonly region = "eu-west-1";
  readonly stacks = new Map<string, Stack>();
  readonly resources: StackResource[] = [];
  readonly quotas = new Map([
    ["L-3819A6DF", 8],
    ["L-DB2E81BA", 8],
    ["L-B99A9384", 1000],
  ]);
  readonly roles = new Set([
    "AWSServiceRoleForECS",
    "AWSServiceRoleForECSCompute",
    "AWSServiceRoleForEC2Spot",
  ]);
  readonly rules = new Map<string, EventRule>();
  readonly queues = new Set<string>();
  /** Actions that the caller lacks. */
  readonly denied = new Set<string>();
  identityFault: Error | undefined;

  constructor() {
    this.addStack("CDKToolkit", { outputs: { BootstrapVersion: "28" } });
  }

  addStack(name: string, changes: Partial<Stack> = {}): void {
    this.stacks.set(name, {
      id: `arn:aws:cloudformation:eu-west-1:111122223333:stack/${name}/1`,
      status: "CREATE_COMPLETE",
      statusReason: undefined,
      outputs: {},
      ...changes,
    });
  }

  /** The product's stack, as it is after `cdk deploy`. */
  deploy({ apiUrl = "https://api.example.com" }: { readonly apiUrl?: string } = {}): void {
    const outputs = {
      ApiUrl: apiUrl,
      PageUrl: "https://page.example.com",
      MediaBucketName: "media",
      JobsTableName: "jobs",
      WorkQueueUrl: "https://sqs.example.com/1/work",
    };
    this.addStack("Framequeue", { outputs });
    const status = "CREATE_COMPLETE";
    this.resources.push(
      {
        logicalId: "UploadsUploadEventsDeadLetters1",
        physicalId: "dead-1",
        type: "AWS::SQS::Queue",
        status,
      },
      {
        logicalId: "UploadsObjectCreated1",
        physicalId: "rule-1",
        type: "AWS::Events::Rule",
        status,
      },
      {
        logicalId: "UploadsUploadEventsQueue1",
        physicalId: "queue-1",
        type: "AWS::SQS::Queue",
        status,
      },
    );
    this.rules.set("rule-1", { isEnabled: true, targets: 1 });
    this.queues.add("queue-1");
  }

  async identity() {
    if (this.identityFault) throw this.identityFault;
    return { accountId: "111122223333", arn: "arn:aws:iam::111122223333:user/ops" };
  }
  async findStack(name: string) {
    this.#ask("cloudformation:DescribeStacks");
    return this.stacks.get(name);
  }
  async listResources() {
    this.#ask("cloudformation:ListStackResources");
    return this.resources;
  }
  async quota(_service: string, code: string) {
    this.#ask("servicequotas:GetServiceQuota");
    return this.quotas.get(code) ?? 0;
  }
  async hasRole(name: string) {
    this.#ask("iam:GetRole");
    return this.roles.has(name);
  }
  async findRule(name: string) {
    this.#ask("events:DescribeRule");
    return this.rules.get(name);
  }
  async hasQueue(url: string) {
    this.#ask("sqs:GetQueueAttributes");
    return this.queues.has(url);
  }

  #ask(action: string): void {
    if (this.denied.has(action)) throw new NotAllowed(action);
  }
}
