import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import type * as z from "zod";
import {
  ApiEnvironment,
  DeadLetterEnvironment,
  DeliverWebhooksEnvironment,
  OnUploadEnvironment,
  SweepEnvironment,
  WorkerEnvironment,
} from "../../contracts/environment.ts";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import { routes } from "../../contracts/routes.ts";
import { jobsTable } from "../../contracts/table.ts";
import { timingFor } from "../../contracts/timing.ts";
import { resourcesOf, synthesized, type Resource } from "./synthesized.ts";

const template = synthesized();
const ours = resourcesOf(template, "AWS::Lambda::Function").filter(
  ([id]) => !id.startsWith("Custom"),
);
const functionNamed = (start: string) => ours.find(([id]) => id.startsWith(start))![1].Properties;

describe("queues", () => {
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

  test.each([{}, { leaseSeconds: "4" }])(
    "each event source answers for each message by itself and has six times its function's time (%j)",
    (context) => {
      const template = synthesized(context);
      const resource = (id: string) => template.toJSON().Resources[id] as Resource;
      const mappings = resourcesOf(template, "AWS::Lambda::EventSourceMapping");

      expect(mappings).toHaveLength(3);
      for (const [, { Properties }] of mappings) {
        const queue = resource(Properties.EventSourceArn["Fn::GetAtt"][0]);
        const lambda = resource(Properties.FunctionName.Ref);

        expect(Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
        expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
          6 * lambda.Properties.Timeout,
        );
      }
    },
  );

  test("what S3 says of uploads/ and inbox/, and of nothing else, comes to the upload events", () => {
    const [[, rule]] = resourcesOf(template, "AWS::Events::Rule").filter(([, { Properties }]) =>
      Properties.EventPattern?.source.includes("aws.s3"),
    ) as [[string, Resource]];
    const { EventPattern: pattern, Targets: targets } = rule.Properties;

    expect(pattern).toMatchObject({ source: ["aws.s3"], "detail-type": ["Object Created"] });
    expect(pattern.detail.object.key).toEqual([{ prefix: keys.uploads }, { prefix: keys.inbox }]);
    expect(targets).toHaveLength(1);
    expect(targets[0].DeadLetterConfig).toBeDefined();
  });
});

test("each end of a run comes to the queue of deliveries, and nobody else's events do", () => {
  const [[table]] = resourcesOf(template, "AWS::DynamoDB::GlobalTable") as [[string, Resource]];
  template.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: {
      source: ["framequeue"],
      account: [{ Ref: "AWS::AccountId" }],
      "detail-type": ["Job Ended"],
      detail: { deployment: [{ Ref: table }, { exists: false }] },
    },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
  template.hasResourceProperties("AWS::SQS::Queue", {
    RedrivePolicy: Match.objectLike({ maxReceiveCount: limits.webhookReceivesMax }),
  });
});

describe("buckets", () => {
  const buckets = resourcesOf(template, "AWS::S3::Bucket");

  test("none is public, each is encrypted", () => {
    expect(buckets).toHaveLength(3);
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

  test("the media bucket refuses signatures that are older than a presigned request may be", () => {
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Deny",
            Condition: { NumericGreaterThan: { "s3:signatureAge": "900000" } },
          }),
        ]),
      },
    });
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

test.each([
  ["by default the table outlives the stack and mistakes", {}, true, "Retain"],
  ["asked for, it goes with the stack", { removal: "destroy" }, false, "Delete"],
] as const)("%s", (_, context, isProtected, policy) => {
  synthesized(context).hasResource("AWS::DynamoDB::GlobalTable", {
    DeletionPolicy: policy,
    Properties: Match.objectLike({
      Replicas: [
        Match.objectLike({
          DeletionProtectionEnabled: isProtected,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ],
    }),
  });
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
    ["DeliverWebhooksFunction", DeliverWebhooksEnvironment],
  ] as const)("%s has every variable that it reads, and no other", (name, schema) => {
    const { NODE_OPTIONS: _, ...variables } = functionNamed(name).Environment.Variables;

    expect(Object.keys(variables).sort()).toEqual(Object.keys(schema.shape).sort());
    expect(read(schema, variables)).toMatchObject({ success: true });
  });

  test("the worker can read its own", () => {
    const [[, task]] = resourcesOf(template, "AWS::ECS::TaskDefinition") as [[string, Resource]];
    const variables = Object.fromEntries(
      task.Properties.ContainerDefinitions[0].Environment.map(
        ({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value],
      ),
    );

    expect(read(WorkerEnvironment, variables)).toMatchObject({ success: true });
    // The others are the host's: where its programs and its room are. Two are about memory.
    expect(Object.keys(variables).sort()).toEqual([
      "AWS_REGION",
      "HEARTBEAT_SECONDS",
      "JOBS_TABLE",
      "LEASE_SECONDS",
      "LOG_LEVEL",
      "MALLOC_MMAP_THRESHOLD_",
      "MEDIA_BUCKET",
      "NODE_OPTIONS",
      "REQUIRE",
      "SANDBOX",
      "SEGMENT_FRAMES",
      "WORK_QUEUE_URL",
    ]);
  });
});

test("every function runs on Node 24 and keeps its log for a month", () => {
  const groups = resourcesOf(template, "AWS::Logs::LogGroup");

  expect(ours).toHaveLength(7);
  for (const [, { Properties }] of ours) {
    const [, group] = groups.find(([id]) => id === Properties.LoggingConfig.LogGroup.Ref)!;
    expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
    expect(group.Properties.RetentionInDays).toBe(30);
  }
});

test("the sweeper is called once a minute", () => {
  const [sweep] = ours.find(([id]) => id.startsWith("SweepFunction"))!;

  template.hasResourceProperties("AWS::Events::Rule", {
    ScheduleExpression: "rate(1 minute)",
    Targets: [Match.objectLike({ Arn: { "Fn::GetAtt": [sweep, "Arn"] } })],
  });
});

test("the API bounds its rate and logs neither queries nor headers", () => {
  const [[, stage]] = resourcesOf(template, "AWS::ApiGatewayV2::Stage") as [[string, Resource]];

  expect(stage.Properties.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
  expect(stage.Properties.AccessLogSettings.Format).not.toMatch(/query|header|authorizer/i);
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
      "AWS::ApiGatewayV2::Authorizer": 1,
      "AWS::ApiGatewayV2::Integration": 1,
      "AWS::ApiGatewayV2::Route": 21,
      "AWS::ApiGatewayV2::Stage": 1,
      "AWS::CloudFront::Distribution": 1,
      "AWS::CloudFront::OriginAccessControl": 1,
      "AWS::CloudFront::ResponseHeadersPolicy": 1,
      "AWS::CloudWatch::Alarm": 9,
      "AWS::CloudWatch::Dashboard": 1,
      "AWS::DynamoDB::GlobalTable": 1,
      "AWS::EC2::FlowLog": 1,
      "AWS::EC2::InternetGateway": 1,
      "AWS::EC2::Route": 2,
      "AWS::EC2::RouteTable": 2,
      "AWS::EC2::SecurityGroup": 1,
      "AWS::EC2::Subnet": 2,
      "AWS::EC2::SubnetRouteTableAssociation": 2,
      "AWS::EC2::VPC": 1,
      "AWS::EC2::VPCEndpoint": 2,
      "AWS::EC2::VPCGatewayAttachment": 1,
      "AWS::ECS::CapacityProvider": 1,
      "AWS::ECS::Cluster": 1,
      "AWS::ECS::TaskDefinition": 1,
      "AWS::Events::Rule": 5,
      "AWS::IAM::InstanceProfile": 1,
      "AWS::IAM::Policy": 11,
      "AWS::IAM::Role": 13,
      "AWS::Lambda::EventSourceMapping": 3,
      "AWS::Lambda::Function": 8,
      "AWS::Lambda::LayerVersion": 2,
      "AWS::Lambda::Permission": 6,
      "AWS::Logs::LogGroup": 10,
      "AWS::S3::Bucket": 3,
      "AWS::S3::BucketPolicy": 3,
      "AWS::SQS::Queue": 6,
      "AWS::SQS::QueuePolicy": 6,
      "Custom::CDKBucketDeployment": 2,
    }
  `);
});
