import { expect, test } from "vitest";
import { variants } from "../../infra/variants.ts";
import { jobAttributesOfWorkers } from "../../contracts/protocol/worker-attributes.ts";
import { resourcesOf, synthesized } from "./synthesized.ts";

interface Right {
  readonly policy: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly condition: Readonly<Record<string, Record<string, unknown>>>;
}

/** AWS gives these actions no resource to be limited to; the last two are limited to one cluster by their condition. */
const withoutResource = new Set([
  "ecr:GetAuthorizationToken",
  "ecs:ListTasks",
  "ecs:DescribeTasks",
]);

const rights: readonly Right[] = resourcesOf(synthesized(), "AWS::IAM::Policy")
  // The provider of CDK's own bucket deployment.
  .filter(([policy]) => !policy.startsWith("PageCopierRole"))
  .flatMap(([policy, { Properties }]) =>
    Properties.PolicyDocument.Statement.map(
      (statement: {
        Action: string | string[];
        Resource: unknown;
        Condition?: Right["condition"];
      }): Right => ({
        policy,
        actions: [statement.Action].flat(),
        resources: [statement.Resource].flat(),
        condition: statement.Condition ?? {},
      }),
    ),
  );
const rightsTo = (pattern: RegExp) =>
  rights.filter(({ actions }) => actions.some((action) => pattern.test(action)));
const rightsOf = (start: string) => rights.filter(({ policy }) => policy.startsWith(start));

test("no role may do everything to anything", () => {
  const actions = rights.flatMap((right) => right.actions);

  expect(actions.length).toBeGreaterThan(50);
  expect(actions.filter((action) => action.includes("*"))).toEqual([]);
});

test("no role may do something to everything", () => {
  const unlimited = rights
    .filter(({ resources }) => resources.includes("*"))
    .flatMap(({ actions }) => actions)
    .filter((action) => !withoutResource.has(action));

  expect(unlimited).toEqual([]);
});

test("a right to objects names their prefixes", () => {
  const toObjects = rightsTo(/^s3:(Get|Put|Delete)Object$/).flatMap(({ resources }) => resources);

  expect(toObjects.length).toBeGreaterThan(15);
  for (const resource of toObjects) expect(JSON.stringify(resource)).toMatch(/"\/[a-z]+\/\*"/);
});

test("a right to rows names their partitions, and holds for no request without any", () => {
  const toRows = rightsTo(/^dynamodb:.*Item$/);

  expect(toRows.length).toBeGreaterThan(6);
  for (const { condition } of toRows) {
    expect(condition["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]).toBeDefined();
    expect(condition["Null"]).toEqual({ "dynamodb:LeadingKeys": "false" });
  }
});

test("a worker writes results and moves jobs, and can neither make nor remove any", () => {
  const worker = rightsOf("WorkersWorkerTaskTaskRole");
  const where = (action: string) =>
    JSON.stringify(worker.filter(({ actions }) => actions.includes(action)));

  expect(where("s3:PutObject")).toMatch(/results\/\*/);
  expect(where("s3:PutObject")).not.toMatch(/uploads|inbox|models|pipelines/);
  expect(where("dynamodb:UpdateItem")).toMatch(/JOB#\*/);
  expect(where("dynamodb:PutItem")).not.toMatch(/JOB#/);
  expect(where("dynamodb:PutItem")).toMatch(/SEGMENTS#\*/);
  expect(where("dynamodb:DeleteItem")).not.toMatch(/JOB#/);
  // Messages are hints: whatever it sends, the rows say what is to be done.
  expect(where("sqs:SendMessage")).toMatch(/WorkQueue/);
  expect(where("s3:DeleteObject")).toBe("[]");
});

test("only the API and the sweeper remove media, and on-upload what comes for a deleted job", () => {
  const removing = rights.filter(({ actions }) => actions.includes("s3:DeleteObject"));

  expect(removing.map(({ policy }) => policy.replace(/Function.*/, "")).sort()).toEqual([
    "Api",
    "OnUpload",
    "Sweep",
  ]);
  const ofUploads = removing.filter(({ policy }) => policy.startsWith("OnUpload"));
  const prefixes = JSON.stringify(ofUploads).match(/[a-z]+\/\*/g);
  expect(prefixes).toEqual(["uploads/*"]);
});

test("the sweeper reads uploads that it takes in, the inbox that it removes from, and nothing else", () => {
  const reading = rightsOf("SweepFunction").filter(({ actions }) =>
    actions.includes("s3:GetObject"),
  );
  const prefixes = JSON.stringify(reading.map(({ resources }) => resources)).match(/[a-z]+\/\*/g);

  expect(prefixes?.sort()).toEqual(["inbox/*", "uploads/*"]);
});

test("whoever moves a row may read it: a lost race is told from a lost answer by that", () => {
  const moving = rightsTo(/^dynamodb:UpdateItem$/).filter(
    ({ policy }) => !policy.startsWith("DeliverWebhooks"),
  );

  expect(moving.length).toBeGreaterThan(8);
  for (const { policy, condition } of moving) {
    const keysOf = (right: Right) =>
      right.condition["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];
    const rows = keysOf({ condition } as Right);
    const reading = rightsTo(/^dynamodb:GetItem$/).filter(
      (right) => right.policy === policy && JSON.stringify(keysOf(right)) === JSON.stringify(rows),
    );
    expect(reading, `${policy} ${JSON.stringify(rows)}`).not.toEqual([]);
  }
});

test("who takes in the inbox may look whether a folder is a pipeline", () => {
  const reading = rightsOf("OnUploadFunction").filter(({ actions }) =>
    actions.includes("s3:GetObject"),
  );

  expect(JSON.stringify(reading)).toContain("/pipelines/*");
});

test("who looks keys up can read one by its hash, and neither list, make nor revoke any", () => {
  const own = rightsOf("AuthorizeFunction").filter(({ actions }) =>
    actions.some((action) => !action.startsWith("logs:")),
  );

  expect(own).toMatchObject([
    {
      actions: ["dynamodb:GetItem"],
      condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["KEYS"] } },
    },
  ]);
});

test("nobody else has a right to the rows of keys", () => {
  const toKeys = rightsTo(/^dynamodb:.*Item$/).filter(({ condition }) =>
    JSON.stringify(condition).includes("KEYS"),
  );

  expect(toKeys.map(({ policy }) => policy.replace(/Function.*/, ""))).toEqual(["Authorize"]);
});

test("a worker elsewhere may what a worker in ECS may, and only the API makes one so", () => {
  const withoutHost = (right: Right) =>
    !right.actions.some((action) => /^(logs|ecr|ssmmessages):/.test(action));
  const plain = (start: string) =>
    rightsOf(start)
      .filter(withoutHost)
      .map(({ actions, resources, condition }) => ({ actions, resources, condition }));
  const assuming = rightsTo(/^sts:AssumeRole$/);

  expect(plain("WorkerRole")).toEqual(plain("WorkersWorkerTaskTaskRole"));
  expect(plain("WorkerRole").length).toBeGreaterThan(5);
  expect(assuming.map(({ policy }) => policy.replace(/Function.*/, ""))).toEqual(["Api"]);
  expect(JSON.stringify(assuming[0]?.resources)).toContain("WorkerRole");
  const trust = resourcesOf(synthesized(), "AWS::IAM::Role").find(([id]) =>
    id.startsWith("WorkerRole"),
  );
  expect(JSON.stringify(trust![1].Properties.AssumeRolePolicyDocument)).toMatch(
    /"Principal":\{"AWS":\{"Fn::GetAtt":\["ApiFunctionRole\w+","Arn"\]\}\}/,
  );
});

test("whoever tells events does it in the system's name and on the default bus only", () => {
  const telling = rightsTo(/^events:/);

  expect(telling).toHaveLength(7);
  for (const { actions, resources, condition } of telling) {
    expect(actions).toEqual(["events:PutEvents"]);
    expect(JSON.stringify(resources)).toMatch(/:event-bus\/default"/);
    expect(condition).toEqual({ StringEquals: { "events:source": "framequeue" } });
  }
});

test("a right to tasks without a name is limited to the one cluster", () => {
  const toTasks = rightsTo(/^ecs:(ListTasks|DescribeTasks|RunTask)$/);

  expect(toTasks).toHaveLength(2);
  for (const { condition } of toTasks) {
    expect(JSON.stringify(condition)).toMatch(/"ecs:cluster":\{"Fn::GetAtt":\["\w*Cluster/);
  }
});

test("a worker changes what its steps touch of a job's row, and not whose it is or what it is about", () => {
  const updating = rightsOf("WorkerRole").filter(
    ({ actions, condition }) =>
      actions.includes("dynamodb:UpdateItem") && JSON.stringify(condition).includes("JOB#"),
  );
  const attributes = updating.map(
    ({ condition }) => condition["ForAllValues:StringEquals"]?.["dynamodb:Attributes"],
  );

  expect(attributes).toEqual([["pk", "sk", ...jobAttributesOfWorkers]]);
});

/** What CDK itself gives: to its copier of the page's files, and to the agent of ECS on an instance. */
const ofCdk: Readonly<Record<string, readonly string[]>> = {
  PageCopierRole: [
    "s3:GetBucket*",
    "s3:GetObject*",
    "s3:List*",
    "s3:Abort*",
    "s3:DeleteObject*",
    "cloudfront:GetInvalidation",
    "cloudfront:CreateInvalidation",
  ],
  WorkersFleetInstanceRole: [
    "ecs:Submit*",
    "ecs:Poll",
    "ecs:StartTelemetrySession",
    "ecs:DiscoverPollEndpoint",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  WorkersFleetProviderInstanceRole: ["ecs:DiscoverPollEndpoint"],
};

interface Policy {
  readonly Statement: readonly { Action: string | string[]; Resource: unknown }[];
}

test.each(Object.entries(variants))(
  "%s: in no policy of any role is there more without bounds than is listed here",
  (_, context) => {
    const template = synthesized(context);
    const policies = [
      ...resourcesOf(template, "AWS::IAM::Policy").map(
        ([id, { Properties }]) => [id, Properties.PolicyDocument as Policy] as const,
      ),
      ...resourcesOf(template, "AWS::IAM::Role").flatMap(([id, { Properties }]) =>
        ((Properties.Policies ?? []) as { PolicyDocument: Policy }[]).map(
          ({ PolicyDocument }) => [id, PolicyDocument] as const,
        ),
      ),
    ];
    const unbounded = policies.flatMap(([id, { Statement }]) => {
      const [, listed = []] = Object.entries(ofCdk).find(([role]) => id.startsWith(role)) ?? [];
      return Statement.flatMap(({ Action, Resource }) =>
        [Action]
          .flat()
          .filter((action) => action.includes("*") || [Resource].flat().includes("*"))
          .filter((action) => !withoutResource.has(action) && !listed.includes(action))
          .map((action) => `${id} ${action}`),
      );
    });

    expect(policies.length).toBeGreaterThan(7);
    expect(unbounded).toEqual([]);
  },
);
