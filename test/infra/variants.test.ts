import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { type Resource, resourcesOf, synthesize } from "./synthesized.ts";
import { variants } from "../../infra/variants.ts";

/** What is billed by the hour, whether or not a video comes. */
const billedByTheHour = [
  "AWS::EC2::NatGateway",
  "AWS::EC2::EIP",
  "AWS::EC2::Instance",
  "AWS::ECS::Service",
  "AWS::ElasticLoadBalancingV2::LoadBalancer",
  "AWS::KMS::Key",
  "AWS::SecretsManager::Secret",
  "AWS::WAFv2::WebACL",
];

interface Kept extends Resource {
  readonly DeletionPolicy?: string;
}

const deniesPlainHttp = (statements: { Effect: string; Condition?: object }[]): boolean =>
  statements.some(
    ({ Effect, Condition }) =>
      Effect === "Deny" && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
  );

describe.each(Object.entries(variants))("%s", (_, context) => {
  const { app, stack, template } = synthesize(context);

  test("cdk-nag finds nothing that is not accepted by name", () => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(stack);

    expect(
      violations.map(({ ruleName, violatingResources }) => [
        ruleName,
        violatingResources.map(({ constructPath }) => constructPath),
      ]),
    ).toEqual([]);
  });

  test("nothing costs while nothing runs", () => {
    for (const type of billedByTheHour) template.resourceCountIs(type, 0);
    // Gateway endpoints are free, interfaces are not.
    for (const [, { Properties }] of resourcesOf(template, "AWS::EC2::VPCEndpoint")) {
      expect(Properties.VpcEndpointType).toBe("Gateway");
    }
    for (const [, { Properties }] of resourcesOf(template, "AWS::AutoScaling::AutoScalingGroup")) {
      expect(Properties.MinSize).toBe("0");
    }
  });

  test("each queue is encrypted, refuses what does not come by TLS, and has dead letters or is for them", () => {
    const queues = resourcesOf(template, "AWS::SQS::Queue");
    const denying = resourcesOf(template, "AWS::SQS::QueuePolicy").filter(([, { Properties }]) =>
      deniesPlainHttp(Properties.PolicyDocument.Statement),
    );
    const worked = queues.filter(([, { Properties }]) => Properties.RedrivePolicy);
    const dead = worked.map(
      ([, { Properties }]) =>
        Properties.RedrivePolicy.deadLetterTargetArn["Fn::GetAtt"][0] as string,
    );

    for (const [, { Properties }] of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
    expect(denying).toHaveLength(queues.length);
    expect(worked.length).toBeGreaterThan(1);
    expect([...worked.map(([id]) => id), ...dead].sort()).toEqual(queues.map(([id]) => id).sort());
  });

  test("each bucket is private, encrypted and refuses what does not come by TLS", () => {
    const buckets = resourcesOf(template, "AWS::S3::Bucket");
    const denying = resourcesOf(template, "AWS::S3::BucketPolicy").filter(([, { Properties }]) =>
      deniesPlainHttp(Properties.PolicyDocument.Statement),
    );

    expect(denying).toHaveLength(buckets.length);
    for (const [, { Properties }] of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual(
        Array.from({ length: 4 }, () => true),
      );
      expect(Properties.BucketEncryption).toBeDefined();
    }
  });

  test("what stays when the stack goes is people's: videos, jobs and accounts", () => {
    const all = Object.values(template.toJSON().Resources as Record<string, Kept>);
    const kept = all.filter(({ DeletionPolicy = "Delete" }) => DeletionPolicy !== "Delete");

    for (const { Type } of kept) {
      expect(["AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable", "AWS::Cognito::UserPool"]).toContain(
        Type,
      );
    }
    expect(kept.filter(({ Type }) => Type === "AWS::S3::Bucket").length).toBeLessThanOrEqual(1);
  });

  test("what stays and gets no tag of CloudFormation's has one of ours, by which it is found later", () => {
    const tags = [
      ...resourcesOf(template, "AWS::DynamoDB::GlobalTable").map(
        ([, { Properties }]) => Properties.Replicas[0].Tags as unknown,
      ),
      ...resourcesOf(template, "AWS::Cognito::UserPool").map(([, { Properties }]) =>
        Object.entries(Properties.UserPoolTags as object).map(([Key, Value]) => ({ Key, Value })),
      ),
    ];

    expect(tags.length).toBeGreaterThan(0);
    for (const each of tags) {
      expect(each).toContainEqual({ Key: "framequeue:stack-id", Value: { Ref: "AWS::StackId" } });
    }
  });

  test("what has its name in the whole account can be there in two regions", () => {
    const names = [
      ...resourcesOf(template, "AWS::CloudFront::ResponseHeadersPolicy").map(
        ([, { Properties }]) => Properties.ResponseHeadersPolicyConfig.Name,
      ),
      ...resourcesOf(template, "AWS::CloudFront::OriginAccessControl").map(
        ([, { Properties }]) => Properties.OriginAccessControlConfig.Name,
      ),
      ...resourcesOf(template, "AWS::IAM::Role").map(([, { Properties }]) => Properties.RoleName),
      ...resourcesOf(template, "AWS::IAM::InstanceProfile").map(
        ([, { Properties }]) => Properties.InstanceProfileName,
      ),
    ].filter((name) => name !== undefined);

    expect(names.length).toBeGreaterThanOrEqual(2);
    for (const name of names) expect(JSON.stringify(name)).toContain('{"Ref":"AWS::Region"}');
  });

  test("each function logs into the stack's own group, and may make none that comes back after it", () => {
    const groups = resourcesOf(template, "AWS::Logs::LogGroup").map(([id]) => id);
    for (const [, { Properties }] of resourcesOf(template, "AWS::Lambda::Function")) {
      expect(groups).toContain(Properties.LoggingConfig?.LogGroup.Ref);
    }
    expect(JSON.stringify(template.toJSON())).not.toMatch(
      /logs:CreateLogGroup|AWSLambdaBasicExecutionRole/,
    );
  });

  test("what runs on an instance runs without a way in, and with a root that it cannot change", () => {
    for (const [, { Properties }] of resourcesOf(template, "AWS::EC2::SecurityGroup")) {
      expect(Properties.SecurityGroupIngress).toBeUndefined();
    }
    for (const [, { Properties }] of resourcesOf(template, "AWS::ECS::TaskDefinition")) {
      for (const container of Properties.ContainerDefinitions) {
        expect(container.ReadonlyRootFilesystem).toBe(true);
        expect(container.Privileged).not.toBe(true);
      }
    }
    for (const [, { Properties }] of resourcesOf(template, "AWS::EC2::LaunchTemplate")) {
      expect(Properties.LaunchTemplateData.MetadataOptions).toMatchObject({
        HttpTokens: "required",
        HttpPutResponseHopLimit: 1,
      });
    }
  });
});

test("GPUs come from zero, on Spot, of the types that are asked for", () => {
  const { template } = synthesize({ instanceTypes: "g6.xlarge" });
  const launches = resourcesOf(template, "AWS::ECS::CapacityProvider").map(
    ([, { Properties }]) => Properties.ManagedInstancesProvider.InstanceLaunchTemplate,
  );

  expect(launches[0].CapacityOptionType).toBe("SPOT");
  expect(launches[0].InstanceRequirements).toMatchObject({
    AllowedInstanceTypes: ["g6.xlarge"],
    AcceleratorCount: { Min: 1, Max: 1 },
    AcceleratorManufacturers: ["nvidia"],
  });
});

test("a type that is asked for is not left out for its cores", () => {
  const { template } = synthesize({ instanceTypes: "g6.4xlarge" });
  const [[, { Properties }] = ["", { Properties: undefined }]] = resourcesOf(
    template,
    "AWS::ECS::CapacityProvider",
  );

  // ECS takes of the allowed types those that meet all other requirements, too.
  expect(
    Properties.ManagedInstancesProvider.InstanceLaunchTemplate.InstanceRequirements.VCpuCount,
  ).toEqual({ Min: 4 });
});

test("an instance that Spot takes from the Auto Scaling group gets no further task, and tells its worker", () => {
  const { template } = synthesize({ compute: "asg" });
  const [[, { Properties }] = ["", { Properties: undefined }]] = resourcesOf(
    template,
    "AWS::EC2::LaunchTemplate",
  );
  const rights = resourcesOf(template, "AWS::IAM::Policy").filter(([id]) =>
    id.startsWith("WorkersFleetInstanceRole"),
  );
  const script = Properties.LaunchTemplateData.UserData["Fn::Base64"]["Fn::Join"][1]
    .map((part: unknown) => (typeof part === "string" ? part : "NAME"))
    .join("");

  // The agent's own default is to go on as if nothing were.
  expect(script).toContain(
    "\necho ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config\n",
  );
  // The call by which it drains its instance (spotInstanceDrainingPoller).
  expect(JSON.stringify(rights)).toContain('"ecs:UpdateContainerInstancesState"');
  expect(script).toContain("label=com.amazonaws.ecs.container-name=worker");
  expect(script).toMatch(/systemd-run .*spot-notice\n/);
  expect(script).toMatch(/\necho ECS_CLUSTER=NAME >> \/etc\/ecs\/ecs.config$/);
});

test.each(["managed", "asg"])(
  "the worker's image is for the instances' processors (%s)",
  (compute) => {
    const { images } = synthesize({ compute });

    // Docker builds for the processor of whoever deploys, unless it is told; CUDA's provider is there for x86 alone.
    expect(images.map(({ source }) => source.platform)).toEqual(["linux/amd64"]);
  },
);

test("without GPUs of its own there is no network, no cluster and no task", () => {
  const { template } = synthesize({ compute: "none" });

  for (const type of [
    "AWS::EC2::VPC",
    "AWS::ECS::Cluster",
    "AWS::ECS::TaskDefinition",
    "AWS::EC2::SecurityGroup",
  ]) {
    template.resourceCountIs(type, 0);
  }
});

test("the videos' bucket has the name in the template by which aws:destroy spares it, and no other has", () => {
  const { template } = synthesize();
  const ids = resourcesOf(template, "AWS::S3::Bucket").map(([id]) => id);

  expect(ids.filter((id) => id.startsWith("Media"))).toEqual([
    template.findOutputs("MediaBucketName")["MediaBucketName"]?.["Value"].Ref,
  ]);
});

test("a budget tells somebody, or is refused", () => {
  const { template } = synthesize({ monthlyBudgetUsd: "50", alarmEmail: "ops@example.com" });
  const [[, { Properties }] = ["", { Properties: undefined }]] = resourcesOf(
    template,
    "AWS::Budgets::Budget",
  );

  expect(Properties.Budget.BudgetLimit).toEqual({ Amount: 50, Unit: "USD" });
  expect(JSON.stringify(Properties.NotificationsWithSubscribers)).toMatch(/ops@example.com/);
  expect(() => synthesize({ monthlyBudgetUsd: "50" })).toThrow(/alarmEmail/);
});
