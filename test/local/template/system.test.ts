import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAssembly } from "../../../local/template/assembly.ts";
import { readSystem } from "../../../local/template/system.ts";
import { synthesizeFixture, temporaryDirectory } from "../support/fixture-app.ts";
import { place } from "../support/place.ts";

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

const directory = temporaryDirectory();
const path = join(directory.path, "Fixture.template.json");
let original: string;

beforeAll(() => {
  synthesizeFixture(directory.path);
  original = readFileSync(path, "utf8");
});
afterAll(() => directory[Symbol.dispose]());

function systemWith(change: (template: Template) => void) {
  const template = JSON.parse(original) as Template;
  change(template);
  writeFileSync(path, JSON.stringify(template));
  return readSystem(readAssembly(directory.path), place);
}

test("reads what the template deploys", () => {
  const system = systemWith(() => undefined);

  expect(system.queues).toEqual([
    { name: "Fixture-Dead", attributes: { MessageRetentionPeriod: "1209600" } },
    {
      name: "Fixture-Events",
      attributes: {
        VisibilityTimeout: "2",
        RedrivePolicy: `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:Fixture-Dead","maxReceiveCount":3}`,
      },
    },
  ]);
  expect(system.buckets[0]).toMatchObject({ name: "fixture-bucket", eventBridgeEnabled: true });
  expect(system.tables[0]).toMatchObject({ name: "Fixture-Table", ttlAttribute: "expiresAt" });
  expect(system.rules[0]).toMatchObject({
    pattern: { source: ["aws.s3"], detail: { bucket: { name: ["fixture-bucket"] } } },
    targets: [{ queueArn: "arn:aws:sqs:us-east-1:000000000000:Fixture-Events" }],
  });
  expect(system.functions[0]).toMatchObject({
    name: "Fixture-Echo",
    timeoutSeconds: 2,
    environment: { QUEUE_URL: "http://127.0.0.1:4566/000000000000/Fixture-Events" },
  });
  expect(system.routes).toEqual([
    { routeKey: "POST /v1/echo/{name}", functionName: "Fixture-Echo", timeoutSeconds: 30 },
  ]);
  expect(system.containers).toEqual([
    {
      name: "worker",
      roleArn: "arn:aws:iam::000000000000:role/Fixture-Role",
      command: ["node", "gpu-worker/main.ts"],
      environment: { WORK_QUEUE_URL: "http://127.0.0.1:4566/000000000000/Fixture-Events" },
    },
  ]);
  expect(system.outputs).toEqual({ Page: "http://127.0.0.1:8787" });
});

const set = (id: string, name: string, value: unknown) => (template: Template) => {
  template.Resources[id]!.Properties[name] = value;
};

test.each<[string, (template: Template) => void, RegExp]>([
  [
    "a resource type",
    ({ Resources }) => (Resources["Stream"] = { Type: "AWS::Kinesis::Stream", Properties: {} }),
    /AWS::Kinesis::Stream \(Stream\)/,
  ],
  ["a property", set("Events", "FifoQueue", true), /AWS::SQS::Queue\.FifoQueue \(Events\)/],
  [
    "a nested property",
    set("Table", "TimeToLiveSpecification", { AttributeName: "a", Enabled: true, Unit: "ms" }),
    /AWS::DynamoDB::Table\.TimeToLiveSpecification\.Unit \(Table\)/,
  ],
  ["a runtime", set("Echo", "Runtime", "python3.13"), /Runtime.*Echo/],
  [
    "an integration",
    set("Integration", "IntegrationType", "HTTP_PROXY"),
    /IntegrationType.*Integration/,
  ],
  ["an authorizer", set("Route", "AuthorizationType", "CUSTOM"), /CUSTOM by nobody \(Route\)/],
  [
    "a user pool",
    ({ Resources }) => (Resources["People"] = { Type: "AWS::Cognito::UserPool", Properties: {} }),
    /AWS::Cognito::UserPool \(People\)/,
  ],
  ["a signature of IAM", set("Route", "AuthorizationType", "AWS_IAM"), /AuthorizationType.*Route/],
  ["scopes", set("Route", "AuthorizationScopes", ["a"]), /AuthorizationScopes \(Route\)/],
  ["a stage", set("Stage", "StageName", "prod"), /StageName.*Stage/],
  [
    "a permission for another service",
    set("Permission", "Principal", "events.amazonaws.com"),
    /function its API may not call \(Route\)/,
  ],
  [
    "a default route, which a permission for methods and paths does not cover,",
    set("Route", "RouteKey", "$default"),
    /function its API may not call \(Route\)/,
  ],
  [
    "a rule's target",
    set("Created", "Targets", [{ Id: "t", Arn: "arn:aws:sns:us-east-1:0:topic" }]),
    /event target arn:aws:sns.*Created/,
  ],
  [
    "a container's secret",
    ({ Resources }) => {
      const [container] = Resources["Task"]!.Properties["ContainerDefinitions"] as object[];
      Object.assign(container!, { Secrets: [] });
    },
    /ContainerDefinitions\.0\.Secrets \(Task\)/,
  ],
  [
    "a condition",
    ({ Resources }) => Object.assign(Resources["Events"]!, { Condition: "OnMondays" }),
    /attribute Condition of AWS::SQS::Queue \(Events\)/,
  ],
])("refuses %s that it does not know, by its name", (_name, change, message) => {
  expect(() => systemWith(change)).toThrow(message);
});

test.each([
  ["rate(1 minute)", 60],
  ["rate(5 minutes)", 300],
  ["rate(2 hours)", 7200],
])("reads the schedule %s", (expression, everySeconds) => {
  const { schedules } = systemWith(({ Resources }) => {
    Resources["Tick"] = {
      Type: "AWS::Events::Rule",
      Properties: {
        ScheduleExpression: expression,
        Targets: [{ Id: "t", Arn: { "Fn::GetAtt": ["Echo", "Arn"] } }],
      },
    };
  });

  expect(schedules).toEqual([
    { name: "Fixture-Tick", everySeconds, targets: [{ functionName: "Fixture-Echo" }] },
  ]);
});

test("refuses a schedule that is not a rate", () => {
  const change = ({ Resources }: Template) => {
    Resources["Tick"] = {
      Type: "AWS::Events::Rule",
      Properties: { ScheduleExpression: "cron(0 12 * * ? *)", Targets: [] },
    };
  };

  expect(() => systemWith(change)).toThrow(/cron\(0 12 \* \* \? \*\) \(Tick\)/);
});

describe("a rule that invokes a function", () => {
  const target = { Id: "t", Arn: { "Fn::GetAtt": ["Echo", "Arn"] } };

  test("names it beside the queues that it sends to", () => {
    const { rules } = systemWith(
      set("Created", "Targets", [target, { Id: "q", Arn: { "Fn::GetAtt": ["Events", "Arn"] } }]),
    );

    expect(rules).toMatchObject([
      {
        targets: [{ queueArn: "arn:aws:sqs:us-east-1:000000000000:Fixture-Events" }],
        functionNames: ["Fixture-Echo"],
      },
    ]);
  });

  test("with an input of its own is refused", () => {
    const change = set("Created", "Targets", [{ ...target, Input: "{}" }]);

    expect(() => systemWith(change)).toThrow(/input of a rule's target.*Created/);
  });
});
