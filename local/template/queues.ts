import * as z from "zod";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";

export interface QueueFacts {
  readonly name: string;
  /** As SQS's own API spells them: text by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}

const kind = {
  types: ["AWS::SQS::Queue"],
  schema: z.strictObject({
    QueueName: z.string().optional(),
    DelaySeconds: z.coerce.number().optional(),
    MaximumMessageSize: z.coerce.number().optional(),
    MessageRetentionPeriod: z.coerce.number().optional(),
    ReceiveMessageWaitTimeSeconds: z.coerce.number().optional(),
    VisibilityTimeout: z.coerce.number().optional(),
    RedrivePolicy: z
      .strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() })
      .optional(),
  }),
  withoutEffect: [
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
    "Tags",
  ],
};

/** The queues of the template, dead-letter queues before those that name them. */
export function readQueues(template: Template): QueueFacts[] {
  return readResources(template, kind)
    .sort((a, b) => Number(!!a.properties.RedrivePolicy) - Number(!!b.properties.RedrivePolicy))
    .map(({ name, properties }) => ({
      name,
      attributes: Object.fromEntries(
        Object.entries(properties)
          .filter(([key]) => key !== "QueueName")
          .map(([key, value]) => [
            key,
            typeof value === "object" ? JSON.stringify(value) : String(value),
          ]),
      ),
    }));
}
