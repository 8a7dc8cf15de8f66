import * as z from "zod";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";

export interface EventSourceFacts {
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly batchWindowSeconds: number;
  /** Whether the function names the messages that failed, so that the others are not delivered again. */
  readonly reportsFailures: boolean;
  readonly concurrencyMax: number | undefined;
}

const kind = {
  types: ["AWS::Lambda::EventSourceMapping"],
  schema: z.strictObject({
    EventSourceArn: z.string().regex(/^arn:aws:sqs:/, "only queues are event sources here"),
    FunctionName: z.string(),
    BatchSize: z.coerce.number().default(10),
    MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
    Enabled: z.literal(true).optional(),
    FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
    ScalingConfig: z.strictObject({ MaximumConcurrency: z.coerce.number() }).optional(),
  }),
  withoutEffect: ["KmsKeyArn", "LoggingConfig", "MetricsConfig", "Tags"],
};

/** Which queues are read into which functions. */
export function readEventSources(template: Template): EventSourceFacts[] {
  return readResources(template, kind).map(({ properties }) => ({
    queueArn: properties.EventSourceArn,
    functionName: functionNameOf(properties.FunctionName),
    batchSize: properties.BatchSize,
    batchWindowSeconds: properties.MaximumBatchingWindowInSeconds,
    reportsFailures: properties.FunctionResponseTypes.length > 0,
    concurrencyMax: properties.ScalingConfig?.MaximumConcurrency,
  }));
}

/** The name of a function that the template refers to by name or by ARN. */
export function functionNameOf(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:aws:lambda:[^:]+:[^:]+:function:/, "");
}
