import { invalidParameter } from "./sqs-errors.ts";

/** A queue's attributes as SQS spells them: every value is text. */
export type QueueAttributes = Readonly<Record<string, string>>;

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** What a new queue has unless told otherwise. */
export const defaultAttributes: QueueAttributes = {
  VisibilityTimeout: "30",
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
  MaximumMessageSize: "1048576",
  SqsManagedSseEnabled: "true",
};

const ranges: Readonly<Record<string, readonly [min: number, max: number]>> = {
  VisibilityTimeout: [0, 43_200],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  MaximumMessageSize: [1024, 1_048_576],
};

/** Emulated, besides those with a range. */
const emulated = ["RedrivePolicy", "FifoQueue", "ContentBasedDeduplication"];

/** Stored and returned, but nothing here acts on them: encryption and policies are no matter on one machine. */
const storedOnly = [
  "Policy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "SqsManagedSseEnabled",
];

/** An empty value takes these away. */
export const removableAttributes = ["RedrivePolicy", "RedriveAllowPolicy", "Policy"];

/** Refuses attributes that are unknown here or out of range. */
export function checkAttributes(attributes: QueueAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const [min, max] = ranges[name] ?? [];
    if (min !== undefined && max !== undefined) {
      const valid = /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
      if (!valid) {
        throw invalidParameter(
          `Invalid value for the parameter ${name}: ${value} is not between ${min} and ${max}.`,
          "InvalidAttributeValue",
        );
      }
    } else if (!emulated.includes(name) && !storedOnly.includes(name)) {
      throw invalidParameter(`Unknown Attribute ${name}.`, "InvalidAttributeName");
    }
  }
  const maxReceiveCount = redrivePolicy(attributes)?.maxReceiveCount;
  if (maxReceiveCount !== undefined && !(maxReceiveCount >= 1 && maxReceiveCount <= 1000)) {
    throw invalidParameter("Invalid value for maxReceiveCount: it must be between 1 and 1000.");
  }
}

/** Where a message goes after too many receives, if anywhere. */
export function redrivePolicy({ RedrivePolicy }: QueueAttributes): RedrivePolicy | undefined {
  if (!RedrivePolicy) return undefined;
  let policy: Partial<Record<keyof RedrivePolicy, unknown>>;
  try {
    policy = JSON.parse(RedrivePolicy);
  } catch {
    throw invalidParameter("Value for parameter RedrivePolicy is not valid JSON.");
  }
  return {
    deadLetterTargetArn: String(policy.deadLetterTargetArn),
    maxReceiveCount: Number(policy.maxReceiveCount),
  };
}
