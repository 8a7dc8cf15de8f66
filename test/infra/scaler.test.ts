import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, expect, test } from "vitest";
import { Scaler } from "../../infra/constructs/scaler.ts";

const cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/gpus";
const task = "arn:aws:ecs:eu-west-1:123456789012:task-definition/worker:7";
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

const folder = mkdtempSync(join(tmpdir(), "framequeue-scaler-"));
const code = join(folder, "code");
mkdirSync(code);
writeFileSync(join(code, "index.mjs"), "export const handler = async () => {};\n");
afterAll(() => rmSync(folder, { recursive: true }));

function synthesized(): Template {
  const stack = new Stack(new App({ outdir: join(folder, "cdk.out") }), "Test");
  const { node } = new Scaler(stack, "Scaler", {
    code,
    environment: {
      JOBS_TABLE: "jobs",
      MEDIA_BUCKET: "media",
      WORK_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/work",
      IDLE_EXIT_SECONDS: "60",
      HEARTBEAT_SECONDS: "20",
      LEASE_SECONDS: "60",
      POWERTOOLS_LOG_LEVEL: "INFO",
    },
    clusterArn: cluster,
    taskDefinitionArn: task,
    taskRoleArn: role("task"),
    executionRoleArn: role("execution"),
    capacityProviderName: "gpus",
    workersMax: 3,
    rows: [],
  });
  expect(node.id).toBe("Scaler");
  return Template.fromStack(stack);
}
const template = synthesized();

const allows = (statement: object) =>
  template.hasResourceProperties("AWS::IAM::Policy", {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectEquals(statement)]) },
  });

test("the scaler may start this one task, on this one cluster", () => {
  allows({
    Effect: "Allow",
    Action: "ecs:RunTask",
    Resource: task,
    Condition: { StringEquals: { "ecs:cluster": cluster } },
  });
});

test("it may pass the task's two roles, to ECS tasks only", () => {
  allows({
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: [role("task"), role("execution")],
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  });
});

test("it sees the tasks of this one cluster", () => {
  allows({
    Effect: "Allow",
    Action: ["ecs:ListTasks", "ecs:DescribeTasks"],
    Resource: "*",
    Condition: { StringEquals: { "ecs:cluster": cluster } },
  });
});

test("it can stop nothing", () => {
  expect(JSON.stringify(template.findResources("AWS::IAM::Policy"))).not.toMatch(
    /ecs:(Stop|Update|Delete|Put)/,
  );
});

test("it looks each minute, and when it is told of work of its own deployment", () => {
  template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(1 minute)" });
  template.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: {
      source: ["framequeue"],
      account: [{ Ref: "AWS::AccountId" }],
      "detail-type": ["Work Queued"],
      detail: { deployment: ["jobs", { exists: false }] },
    },
  });
});

test("its environment names the fleet", () => {
  template.hasResourceProperties("AWS::Lambda::Function", {
    Environment: {
      Variables: Match.objectLike({
        CLUSTER_ARN: cluster,
        TASK_DEFINITION_ARN: task,
        CAPACITY_PROVIDER: "gpus",
        WORKERS_MAX: "3",
      }),
    },
  });
});
