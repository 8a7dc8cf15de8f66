import * as z from "zod";
import { functionNameOf } from "./event-sources.ts";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { UnsupportedError } from "./unsupported-error.ts";

/** Passes matching events of the default bus on to queues and functions. */
export interface RuleFacts {
  readonly name: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly { readonly queueArn: string }[];
  readonly functionNames: readonly string[];
}

/** Runs functions at a fixed rate. */
export interface ScheduleFacts {
  readonly name: string;
  readonly everySeconds: number;
  readonly targets: readonly { readonly functionName: string; readonly input?: string }[];
}

const kind = {
  types: ["AWS::Events::Rule"],
  schema: z.strictObject({
    Name: z.string().optional(),
    State: z.literal("ENABLED").optional(),
    EventPattern: z.record(z.string(), z.unknown()).optional(),
    ScheduleExpression: z.string().optional(),
    Targets: z.array(
      z.strictObject({
        Arn: z.string(),
        Id: z.string(),
        Input: z.string().optional(),
        // Deliveries here are calls within one machine, or part of the event's own transaction.
        RetryPolicy: z.unknown().optional(),
        DeadLetterConfig: z.unknown().optional(),
      }),
    ),
  }),
  withoutEffect: ["Description", "RoleArn", "Tags"],
};

const secondsPerUnit: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** The rules of the default event bus, by what starts them. */
export function readRules(template: Template): { rules: RuleFacts[]; schedules: ScheduleFacts[] } {
  const rules: RuleFacts[] = [];
  const schedules: ScheduleFacts[] = [];

  for (const { logicalId, name, properties } of readResources(template, kind)) {
    const { EventPattern: pattern, ScheduleExpression: expression, Targets: targets } = properties;
    if (pattern) {
      const [functions, others] = partition(targets);
      rules.push({
        name,
        pattern,
        targets: others.map((each) => queueTarget(each, logicalId)),
        functionNames: functions.map((each) => functionOfRule(each, logicalId)),
      });
    }
    if (expression) {
      schedules.push({
        name,
        everySeconds: rateSeconds(expression, logicalId),
        targets: targets.map((each) => functionTarget(each, logicalId)),
      });
    }
  }
  return { rules, schedules };
}

interface Target {
  readonly Arn: string;
  readonly Input?: string | undefined;
}

function queueTarget({ Arn, Input }: Target, logicalId: string): { queueArn: string } {
  if (!Arn.startsWith("arn:aws:sqs:") || Input !== undefined) {
    throw new UnsupportedError(`the event target ${Arn}`, logicalId);
  }
  return { queueArn: Arn };
}

function partition(targets: readonly Target[]): [functions: Target[], others: Target[]] {
  const isFunction = ({ Arn }: Target) => Arn.startsWith("arn:aws:lambda:");
  return [targets.filter(isFunction), targets.filter((each) => !isFunction(each))];
}

function functionOfRule({ Arn, Input }: Target, logicalId: string): string {
  if (Input !== undefined) throw new UnsupportedError("an input of a rule's target", logicalId);
  return functionNameOf(Arn);
}

function functionTarget({ Arn, Input }: Target, logicalId: string) {
  if (!Arn.startsWith("arn:aws:lambda:")) {
    throw new UnsupportedError(`the schedule's target ${Arn}`, logicalId);
  }
  return { functionName: functionNameOf(Arn), ...(Input !== undefined && { input: Input }) };
}

function rateSeconds(expression: string, logicalId: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (!count || !unit) throw new UnsupportedError(`the schedule ${expression}`, logicalId);
  return Number(count) * secondsPerUnit[unit]!;
}
