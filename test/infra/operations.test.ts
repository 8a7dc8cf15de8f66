import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { resourcesOf, synthesize } from "./synthesized.ts";

const { template } = synthesize({ alarmEmail: "ops@example.com" });
const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm");
const alarmNamed = (name: string) =>
  alarms.find(([id]) => id.startsWith(`Operations${name}`))![1].Properties;

/** As GitHub makes an anchor of a heading. */
const anchors = [...readFileSync("docs/runbook.md", "utf8").matchAll(/^#+ (.*)$/gm)].map(
  ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
);

describe.each(alarms)("%s", (_, { Properties }) => {
  test("has its section in the runbook", () => {
    const [, anchor] = /docs\/runbook\.md#(.*)$/.exec(Properties.AlarmDescription)!;

    expect(anchors).toContain(anchor);
  });

  test("tells somebody", () => {
    expect(Properties.AlarmActions).toHaveLength(1);
  });
});

test("alarms and dashboards are as many as AWS gives for nothing", () => {
  expect(alarms.length).toBeGreaterThan(7);
  expect(alarms.length).toBeLessThanOrEqual(10);
  template.resourceCountIs("AWS::CloudWatch::Dashboard", 1);
});

test("a sweeper that is not heard of is a fault, and faults that are not heard of are none", () => {
  expect(alarmNamed("SweeperSilent").TreatMissingData).toBe("breaching");
  expect(alarmNamed("WorkDeadLetters").TreatMissingData).toBe("notBreaching");
});

test.each([{}, { compute: "none" }])(
  "the errors of each function raise an alarm (%j)",
  (context) => {
    const { template: of } = synthesize(context);
    const functions = resourcesOf(of, "AWS::Lambda::Function")
      .map(([id]) => id)
      .filter((id) => !id.startsWith("Custom"));
    const [, alarm] = resourcesOf(of, "AWS::CloudWatch::Alarm").find(([id]) =>
      id.startsWith("OperationsFunctionErrors"),
    )!;
    const watched = [...JSON.stringify(alarm.Properties.Metrics).matchAll(/"Ref":"(\w+)"/g)];

    expect(functions.length).toBeGreaterThan(5);
    expect(watched.map(([, id]) => id).sort()).toEqual(functions.sort());
  },
);

test("where GPUs are started, the dashboard shows what their workers measure", () => {
  const bodyOf = (of: typeof template) =>
    JSON.stringify(resourcesOf(of, "AWS::CloudWatch::Dashboard")[0]?.[1].Properties.DashboardBody);
  const measured = ["FramesPerSecond", "DecodePercent", "InferPercent", "JobSeconds"];

  for (const name of measured) expect(bodyOf(template)).toContain(name);
  const none = bodyOf(synthesize({ compute: "none" }).template);
  for (const name of measured) expect(none).not.toContain(name);
});

test("the topic takes what CloudWatch publishes for alarms of this account", () => {
  const [[topic] = [""]] = resourcesOf(template, "AWS::SNS::Topic");
  const statements = resourcesOf(template, "AWS::SNS::TopicPolicy").flatMap(
    ([, { Properties }]) => Properties.PolicyDocument.Statement,
  );

  // A policy takes the place of the topic's default one, by which the account's own alarms could publish.
  expect(statements).toContainEqual(
    expect.objectContaining({
      Effect: "Allow",
      Action: "sns:Publish",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Resource: { Ref: topic },
      Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
    }),
  );
});

test("without anybody to tell there is no topic", () => {
  synthesize().template.resourceCountIs("AWS::SNS::Topic", 0);
});
