/** What an AWS account has, as far as a deployment needs it. Each call rejects with a `NotAllowed` where the caller lacks the right. */
export interface AwsAccount {
  readonly region: string;
  identity(): Promise<{ readonly accountId: string; readonly arn: string }>;
  /** Undefined when there is no such stack. */
  findStack(name: string): Promise<Stack | undefined>;
  /** Everything that the stack has made, by name or by id; a deleted stack is found by id. */
  listResources(stack: string): Promise<readonly StackResource[]>;
  /** The account's own value in this region. */
  quota(serviceCode: string, quotaCode: string): Promise<number>;
  hasRole(name: string): Promise<boolean>;
  /** Undefined when there is no such rule. */
  findRule(name: string): Promise<EventRule | undefined>;
  hasQueue(url: string): Promise<boolean>;
}

export interface Stack {
  readonly id: string;
  /** CloudFormation's word, such as CREATE_COMPLETE. */
  readonly status: string;
  readonly statusReason: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface StackResource {
  readonly logicalId: string;
  /** The name, URL or id of the thing itself. */
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

export interface EventRule {
  readonly isEnabled: boolean;
  readonly targets: number;
}

/** The caller's credentials do not allow an action of AWS. */
export class NotAllowed extends Error {
  override readonly name = "NotAllowed";
  /** As a policy names it: `iam:GetRole`. */
  readonly action: string;

  constructor(action: string, options?: { readonly cause?: unknown }) {
    super(`The caller may not ${action}.`, options);
    this.action = action;
  }
}
