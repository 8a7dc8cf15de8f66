import { DescribeTableCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetBucketCorsCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SystemFacts } from "../../../local/template/system.ts";
import { fits } from "./raw-template.ts";
import type { RawResource } from "./raw-template.ts";

export interface Clients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
}

/** What runs, as the processes themselves see it. */
export interface Observed {
  readonly facts: SystemFacts;
  readonly functionEnvironments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly workerEnvironment: Readonly<Record<string, string>>;
}

type Properties = Readonly<Record<string, unknown>>;
type Check = (id: string, stated: Properties) => Promise<string[]> | string[];

/** Every difference between the template and what is there, by resource and name; empty when they are equal. */
export async function wiringDifferences(
  resources: readonly RawResource[],
  clients: Clients,
  observed: Observed,
): Promise<string[]> {
  const checks: Readonly<Record<string, Check>> = {
    "AWS::SQS::Queue": queue(clients.sqs),
    "AWS::S3::Bucket": bucket(clients.s3),
    "AWS::DynamoDB::GlobalTable": table(clients.dynamodb),
    "AWS::Events::Rule": rule(observed.facts),
    "AWS::Lambda::Function": lambda(observed),
    "AWS::IAM::Policy": policy(observed.facts),
    "AWS::Lambda::EventSourceMapping": eventSource(observed.facts),
    "AWS::ApiGatewayV2::Route": route(observed.facts),
    "AWS::ECS::TaskDefinition": task(observed),
  };
  const found = await Promise.all(
    resources.map(async ({ id, type, properties }) => (await checks[type]?.(id, properties)) ?? []),
  );
  return found.flat();
}

/** Names the pairs that do not fit. */
const compare = (id: string, pairs: readonly (readonly [string, unknown, unknown])[]): string[] =>
  pairs.filter(([, stated, deployed]) => !fits(stated, deployed)).map(([name]) => `${id}.${name}`);

const physicalName = (id: string) => `Framequeue-${id}`;

const queue =
  (sqs: SQSClient): Check =>
  async (id, { RedrivePolicy, ...stated }) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: physicalName(id) }));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    const redrive: unknown = JSON.parse(Attributes["RedrivePolicy"] ?? "{}");
    return compare(id, [
      ...Object.entries(stated).map(
        ([name, value]) => [name, value, (Attributes as Record<string, string>)[name]] as const,
      ),
      ["RedrivePolicy", RedrivePolicy ?? {}, redrive],
    ]);
  };

const bucket =
  (s3: S3Client): Check =>
  async (id, { CorsConfiguration }) => {
    if (!CorsConfiguration) return [];
    const Bucket = physicalName(id).toLowerCase();
    const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket }));
    const stated = (CorsConfiguration as { CorsRules: Properties[] }).CorsRules.map(
      ({ ExposedHeaders, MaxAge, ...rule }) => ({
        ...rule,
        ExposeHeaders: ExposedHeaders,
        MaxAgeSeconds: MaxAge,
      }),
    );
    return compare(id, [["CorsConfiguration", stated, CORSRules]]);
  };

const table =
  (dynamodb: DynamoDBClient): Check =>
  async (id, stated) => {
    const TableName = physicalName(id);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription: ttl } = await dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName }),
    );
    const byName = new Map(Table?.GlobalSecondaryIndexes?.map((each) => [each.IndexName, each]));
    const indexes = stated["GlobalSecondaryIndexes"] as { IndexName: string }[];
    const types = Object.fromEntries(
      (Table?.AttributeDefinitions ?? []).map((each) => [each.AttributeName, each.AttributeType]),
    );
    const statedTypes = stated["AttributeDefinitions"] as Record<string, string>[];
    return compare(id, [
      ["KeySchema", stated["KeySchema"], Table?.KeySchema],
      ...statedTypes.map(
        (each) =>
          [
            `AttributeDefinitions.${each["AttributeName"]}`,
            each["AttributeType"],
            types[each["AttributeName"]!],
          ] as const,
      ),
      ...indexes.map(
        (index) =>
          [
            `GlobalSecondaryIndexes.${index.IndexName}`,
            index,
            byName.get(index.IndexName),
          ] as const,
      ),
      [
        "TimeToLiveSpecification",
        stated["TimeToLiveSpecification"],
        { AttributeName: ttl?.AttributeName, Enabled: ttl?.TimeToLiveStatus === "ENABLED" },
      ],
    ]);
  };

const rule =
  ({ rules, schedules }: SystemFacts): Check =>
  (id, { EventPattern, ScheduleExpression, Targets }) => {
    const targets = (Targets as { Arn: unknown }[]).map(({ Arn }) => Arn);
    const reacting = rules.find(({ name }) => name === physicalName(id));
    const ticking = schedules.find(({ name }) => name === physicalName(id));
    const every = ticking && `rate(${ticking.everySeconds / 60} minute)`;
    return compare(id, [
      ...(EventPattern ? [["EventPattern", EventPattern, reacting?.pattern] as const] : []),
      ...(ScheduleExpression ? [["ScheduleExpression", ScheduleExpression, every] as const] : []),
      [
        "Targets",
        targets,
        reacting
          ? [...reacting.targets.map(({ queueArn }) => queueArn), ...reacting.functionNames]
          : ticking?.targets.map(({ functionName }) => functionName),
      ],
    ]);
  };

const lambda =
  ({ facts, functionEnvironments }: Observed): Check =>
  (id, stated) => {
    // The one that CDK brings along to copy the page; nothing calls it here.
    if (!String(stated["Runtime"]).startsWith("nodejs")) return [];
    const environment = functionEnvironments[physicalName(id)] ?? {};
    const { Variables = {} } = (stated["Environment"] ?? {}) as { Variables?: Properties };
    const deployed = facts.functions.find(({ name }) => name === physicalName(id));
    const added = Object.keys(environment).filter(
      (name) =>
        !(name in Variables) &&
        !/^(AWS_|LAMBDA_|LANG$|TZ$|_HANDLER$|POWERTOOLS_METRICS_DISABLED$)/.test(name),
    );
    return [
      ...added.map((name) => `${id}.${name} is not in the template`),
      ...compare(id, [
        ...Object.entries(Variables).map(
          ([name, value]) => [`Environment.${name}`, value, environment[name]] as const,
        ),
        ["Role", stated["Role"], deployed?.roleArn],
        ["Timeout", stated["Timeout"], deployed?.timeoutSeconds],
        ["MemorySize", stated["MemorySize"], deployed?.memoryMebibytes],
      ]),
    ];
  };

/** Of the roles that something runs as: what they may, and on what condition. */
const policy =
  ({ roles }: SystemFacts): Check =>
  (id, { Roles, PolicyDocument }) => {
    const [attached] = Roles as { Ref: string }[];
    const role = roles.find(({ arn }) => fits(attached, arn));
    if (!role?.runs.length) return [];
    const { Statement } = PolicyDocument as { Statement: Properties[] };
    const parts = (statement: object) => {
      const { Effect, Action, Condition = {} } = statement as Properties;
      return { Effect, Action, Condition };
    };
    return compare(id, [["PolicyDocument", Statement.map(parts), role.statements.map(parts)]]);
  };

const eventSource =
  ({ eventSources }: SystemFacts): Check =>
  (id, { EventSourceArn, FunctionName, BatchSize, FunctionResponseTypes, ScalingConfig }) => {
    const [source] = eventSources.filter(({ queueArn }) => fits(EventSourceArn, queueArn));
    return compare(id, [
      ["FunctionName", FunctionName, source?.functionName],
      ["BatchSize", BatchSize, source?.batchSize],
      ["FunctionResponseTypes", !!FunctionResponseTypes, source?.reportsFailures],
      ["ScalingConfig", ScalingConfig, { MaximumConcurrency: source?.concurrencyMax }],
    ]);
  };

const route =
  ({ routes }: SystemFacts): Check =>
  (id, { RouteKey }) =>
    routes.some(({ routeKey }) => routeKey === RouteKey)
      ? []
      : [`${id}.RouteKey ${String(RouteKey)}`];

const task =
  ({ facts, workerEnvironment }: Observed): Check =>
  (id, { ContainerDefinitions, TaskRoleArn }) => {
    const [container] = ContainerDefinitions as {
      Environment: { Name: string; Value: unknown }[];
    }[];
    return compare(id, [
      ["TaskRoleArn", TaskRoleArn, facts.containers[0]?.roleArn],
      ...container!.Environment.map(
        ({ Name, Value }) => [Name, Value, workerEnvironment[Name]] as const,
      ),
    ]);
  };
