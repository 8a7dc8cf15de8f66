import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  ApiEnvironment,
  DeadLetterEnvironment,
  OnUploadEnvironment,
  SweepEnvironment,
  WorkerEnvironment,
} from "../../contracts/environment.ts";
import { limits } from "../../contracts/limits.ts";
import { routes } from "../../contracts/routes.ts";
import { jobsTable } from "../../contracts/table.ts";
import { timingFor } from "../../contracts/timing.ts";
import { resourcesOf, synthesized, type Resource } from "./synthesized.ts";

const template = synthesized();
const queues = resourcesOf(template, "AWS::SQS::Queue");
const ours = resourcesOf(template, "AWS::Lambda::Function").filter(
  ([id]) => !id.startsWith("Custom"),
);
const functionNamed = (start: string) => ours.find(([id]) => id.startsWith(start))![1].Properties;

describe("queues", () => {
  test("each is encrypted by SQS", () => {
    expect(queues).toHaveLength(4);
    for (const [, { Properties }] of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
  });

  test("each refuses what does not come by TLS", () => {
    const denying = resourcesOf(template, "AWS::SQS::QueuePolicy").filter(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.some(
        (statement: { Effect: string; Condition?: { Bool?: object } }) =>
          statement.Effect === "Deny" &&
          JSON.stringify(statement.Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      ),
    );

    expect(denying).toHaveLength(queues.length);
  });

  test("each that is worked on has a queue for its dead letters", () => {
    const withDeadLetters = queues.filter(([, { Properties }]) => Properties.RedrivePolicy);
    const deadLetterQueues = withDeadLetters.map(
      ([, { Properties }]) =>
        Properties.RedrivePolicy.deadLetterTargetArn["Fn::GetAtt"][0] as string,
    );

    expect([...withDeadLetters.map(([id]) => id), ...deadLetterQueues].sort()).toEqual(
      queues.map(([id]) => id).sort(),
    );
  });

  test("the work queue hides a message longer than a lease holds, and polls long", () => {
    template.hasResourceProperties("AWS::SQS::Queue", {
      VisibilityTimeout: timingFor(limits.leaseSeconds).visibilitySeconds,
      ReceiveMessageWaitTimeSeconds: 20,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: limits.workReceivesMax }),
    });
  });

  test("a shorter lease shortens the visibility of the same queue", () => {
    synthesized({ leaseSeconds: "4" }).hasResourceProperties("AWS::SQS::Queue", {
      VisibilityTimeout: 6,
    });
  });

  test("each event source answers for each message by itself and has six times its function's time", () => {
    for (const [, { Properties }] of resourcesOf(template, "AWS::Lambda::EventSourceMapping")) {
      const queue = template.toJSON().Resources[
        Properties.EventSourceArn["Fn::GetAtt"][0]
      ] as Resource;
      const lambda = template.toJSON().Resources[Properties.FunctionName.Ref] as Resource;

      expect(Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
      expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
        6 * lambda.Properties.Timeout,
      );
    }
  });
});

describe("buckets", () => {
  const buckets = resourcesOf(template, "AWS::S3::Bucket");

  test("none is public, each is encrypted", () => {
    expect(buckets).toHaveLength(2);
    for (const [, { Properties }] of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect(Properties.BucketEncryption).toBeDefined();
    }
  });

  test("a browser can complete a multipart upload: ETag is exposed to it", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      CorsConfiguration: {
        CorsRules: [Match.objectLike({ ExposedHeaders: Match.arrayWith(["ETag"]) })],
      },
    });
  });

  test("events go to EventBridge without a custom resource", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    template.resourceCountIs("Custom::S3BucketNotifications", 0);
  });

  test("abandoned uploads do not stay", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } }),
        ]),
      },
    });
  });
});

test("the table has the keys, indexes and time to live of the contract", () => {
  const [[, { Properties }]] = resourcesOf(template, "AWS::DynamoDB::GlobalTable") as [
    [string, Resource],
  ];
  const indexes = Properties.GlobalSecondaryIndexes.map(
    (index: { IndexName: string; KeySchema: { AttributeName: string }[]; Projection: object }) => ({
      name: index.IndexName,
      keys: index.KeySchema.map(({ AttributeName }) => AttributeName),
      projection: index.Projection,
    }),
  );

  expect(
    Properties.KeySchema.map(({ AttributeName }: { AttributeName: string }) => AttributeName),
  ).toEqual(["pk", "sk"]);
  expect(Properties.TimeToLiveSpecification).toEqual({
    AttributeName: jobsTable.ttlAttribute,
    Enabled: true,
  });
  expect(indexes).toEqual(
    Object.values(jobsTable.indexes).map(({ name, partitionKey, sortKey, projection }) => ({
      name,
      keys: [partitionKey.name, sortKey.name],
      projection: {
        ProjectionType: projection.type,
        ...("attributes" in projection && { NonKeyAttributes: projection.attributes }),
      },
    })),
  );
});

test("every route of the contract is a route of the gateway, and unknown ones come to us too", () => {
  const keys = resourcesOf(template, "AWS::ApiGatewayV2::Route").map(
    ([, { Properties }]) => Properties.RouteKey as string,
  );

  expect(keys.sort()).toEqual(
    [...Object.values(routes).map(({ method, path }) => `${method} ${path}`), "$default"].sort(),
  );
});

describe("environments", () => {
  const read = (schema: z.ZodType, variables: Record<string, unknown>) =>
    schema.safeParse(
      Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [
          name,
          typeof value === "string" ? value : "https://resolved/at/deploy",
        ]),
      ),
    );

  test.each([
    ["ApiFunction", ApiEnvironment],
    ["OnUploadFunction", OnUploadEnvironment],
    ["SweepFunction", SweepEnvironment],
    ["DeadLetterFunction", DeadLetterEnvironment],
  ])("%s can read its own", (name, schema) => {
    expect(read(schema, functionNamed(name).Environment.Variables)).toMatchObject({
      success: true,
    });
  });

  test("the worker can read its own", () => {
    const [[, task]] = resourcesOf(template, "AWS::ECS::TaskDefinition") as [[string, Resource]];
    const variables = Object.fromEntries(
      task.Properties.ContainerDefinitions[0].Environment.map(
        ({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value],
      ),
    );

    expect(read(WorkerEnvironment, variables)).toMatchObject({ success: true });
    expect(Object.keys(variables)).toContain("AWS_REGION");
  });
});

describe("rights", () => {
  /** AWS gives these actions no resource to be limited to. */
  const withoutResource = new Set(["ecr:GetAuthorizationToken"]);
  const statements = resourcesOf(template, "AWS::IAM::Policy")
    // The provider of CDK's own bucket deployment.
    .filter(([id]) => !id.startsWith("Custom"))
    .flatMap(([id, { Properties }]) =>
      Properties.PolicyDocument.Statement.map(
        (statement: { Action: string | string[]; Resource: unknown }) => ({
          id,
          actions: [statement.Action].flat(),
          resources: [statement.Resource].flat(),
        }),
      ),
    ) as { id: string; actions: string[]; resources: unknown[] }[];

  test("no role may do everything of anything", () => {
    expect(statements.length).toBeGreaterThan(20);
    expect(
      statements.flatMap(({ actions }) => actions).filter((action) => action.includes("*")),
    ).toEqual([]);
  });

  test("no role may do something to everything", () => {
    const unlimited = statements
      .filter(({ resources }) => resources.includes("*"))
      .flatMap(({ actions }) => actions)
      .filter((action) => !withoutResource.has(action));

    expect(unlimited).toEqual([]);
  });

  test("a worker cannot touch uploads, nor send work", () => {
    const worker = statements.filter(({ id }) => id.startsWith("WorkerTaskTaskRole"));
    const put = worker
      .filter(({ actions }) => actions.includes("s3:PutObject"))
      .flatMap(({ resources }) => resources);

    expect(worker.length).toBeGreaterThan(4);
    expect(JSON.stringify(put)).toMatch(/results\/\*/);
    expect(JSON.stringify(put)).not.toMatch(/uploads|inbox|models/);
    expect(worker.flatMap(({ actions }) => actions)).not.toContain("sqs:SendMessage");
    expect(worker.flatMap(({ actions }) => actions)).not.toContain("s3:DeleteObject");
  });
});

test("nothing costs when idle", () => {
  for (const type of [
    "AWS::EC2::NatGateway",
    "AWS::EC2::EIP",
    "AWS::EC2::Instance",
    "AWS::EC2::VPCEndpoint",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::WAFv2::WebACL",
  ]) {
    template.resourceCountIs(type, 0);
  }
});

test("the whole stack, by type and count", () => {
  const counts: Record<string, number> = {};
  const types = Object.values(template.toJSON().Resources as Record<string, Resource>).map(
    ({ Type }) => Type,
  );
  for (const type of types.sort()) counts[type] = (counts[type] ?? 0) + 1;

  expect(counts).toMatchInlineSnapshot(`
    {
      "AWS::ApiGatewayV2::Api": 1,
      "AWS::ApiGatewayV2::Integration": 1,
      "AWS::ApiGatewayV2::Route": 13,
      "AWS::ApiGatewayV2::Stage": 1,
      "AWS::CloudFront::Distribution": 1,
      "AWS::CloudFront::OriginAccessControl": 1,
      "AWS::CloudFront::ResponseHeadersPolicy": 1,
      "AWS::DynamoDB::GlobalTable": 1,
      "AWS::ECS::TaskDefinition": 1,
      "AWS::Events::Rule": 2,
      "AWS::IAM::Policy": 7,
      "AWS::IAM::Role": 7,
      "AWS::Lambda::EventSourceMapping": 2,
      "AWS::Lambda::Function": 5,
      "AWS::Lambda::LayerVersion": 1,
      "AWS::Lambda::Permission": 14,
      "AWS::Logs::LogGroup": 7,
      "AWS::S3::Bucket": 2,
      "AWS::S3::BucketPolicy": 2,
      "AWS::SQS::Queue": 4,
      "AWS::SQS::QueuePolicy": 4,
      "Custom::CDKBucketDeployment": 1,
    }
  `);
});
