import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { GatewayEvent } from "../../local/http/gateway-event.ts";
import { createGateway } from "../../local/http/gateway.ts";
import { runtimeSession } from "../../local/aws/sts/runtime-session.ts";
import { openLocalAws } from "../../local/aws/local-aws.ts";
import { functionEnvironment } from "../../local/lambda/function-environment.ts";
import { createFunctionPool } from "../../local/lambda/function-pool.ts";
import { provision } from "../../local/provision.ts";
import { readAssembly } from "../../local/template/assembly.ts";
import type { SystemFacts } from "../../local/template/system.ts";
import { readSystem } from "../../local/template/system.ts";
import { workerEnvironment } from "../../local/worker-environment.ts";
import { temporaryDirectory } from "./support/fixture-app.ts";
import { credentials, place } from "./support/place.ts";
import { rawResources } from "./support/raw-template.ts";
import type { RawResource } from "./support/raw-template.ts";
import { synthesizeStack } from "./support/synthesize-stack.ts";
import { wiringDifferences } from "./support/wiring-differences.ts";

vi.setConfig({ hookTimeout: 90_000 });

const directory = temporaryDirectory();
let resources: RawResource[];
let facts: SystemFacts;

beforeAll(async () => {
  const assemblyDirectory = await synthesizeStack(directory.path);
  resources = rawResources(assemblyDirectory);
  facts = readSystem(readAssembly(assemblyDirectory), place);
});
afterAll(() => directory[Symbol.dispose]());

/** Provisions emulators from the facts and asks them, and the functions themselves, what they were given. */
async function differencesOf(deployed: SystemFacts): Promise<string[]> {
  await using system = await provisioned(deployed);
  const environments = await Promise.all(
    deployed.functions.map(async (each) => {
      const environment = functionEnvironment(each, place, runtimeSession(each, credentials));
      await using pool = createFunctionPool(each, { functionArn: "arn", environment });
      return [each.name, await pool.invoke({})] as const;
    }),
  );
  return await wiringDifferences(resources, system.clients, {
    facts: deployed,
    functionEnvironments: Object.fromEntries(environments) as Record<
      string,
      Record<string, string>
    >,
    workerEnvironment: workerEnvironment(deployed.containers[0]!, place, credentials, {}),
  });
}

async function provisioned(deployed: SystemFacts) {
  const state = temporaryDirectory();
  const aws = await openLocalAws({ stateDirectory: state.path, port: 0, ...credentials });
  provision(aws, deployed);
  const options = { endpoint: aws.url, region: place.region, credentials };
  const clients = {
    s3: new S3Client({ ...options, forcePathStyle: true }),
    sqs: new SQSClient(options),
    dynamodb: new DynamoDBClient(options),
  };
  return {
    aws,
    clients,
    [Symbol.asyncDispose]: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await aws.close();
      state[Symbol.dispose]();
    },
  };
}

test("the local wiring equals the template", async () => {
  expect(await differencesOf(facts)).toEqual([]);
});

/** A copy that lacks one of its fields. */
const without = <T extends object, Name extends string>(object: T, name: Name): Omit<T, Name> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name)) as Omit<T, Name>;

const first = <T>([item, ...rest]: readonly T[], change: (item: T) => T): T[] => [
  change(item!),
  ...rest,
];

test.each<[string, () => Partial<SystemFacts>, RegExp]>([
  [
    "a queue's visibility timeout",
    () => ({
      queues: facts.queues.map(({ name, attributes }) => ({
        name,
        attributes: without(attributes, "VisibilityTimeout"),
      })),
    }),
    /Queue.*\.VisibilityTimeout/,
  ],
  [
    "a dead-letter queue",
    () => ({
      queues: facts.queues.map(({ name, attributes }) => ({
        name,
        attributes: without(attributes, "RedrivePolicy"),
      })),
    }),
    /Queue.*\.RedrivePolicy/,
  ],
  [
    "an exposed header of the bucket",
    () => ({
      buckets: facts.buckets.map((each) => ({
        ...each,
        cors: each.cors.map((rule) => ({ ...rule, ExposedHeaders: ["ETag"] })),
      })),
    }),
    /MediaBucket.*\.CorsConfiguration/,
  ],
  [
    "an index",
    () => ({
      tables: first(facts.tables, (each) => ({ ...each, indexes: each.indexes.slice(1) })),
    }),
    /Table.*\.GlobalSecondaryIndexes\.by_owner/,
  ],
  [
    "the time to live",
    () => ({ tables: facts.tables.map((each) => without(each, "ttlAttribute")) }),
    /Table.*\.TimeToLiveSpecification/,
  ],
  ["a rule", () => ({ rules: [] }), /ObjectCreated.*\.EventPattern/],
  ["the schedule", () => ({ schedules: [] }), /SweepSchedule.*\.ScheduleExpression/],
  [
    "a function's variable",
    () => ({
      functions: first(facts.functions, (each) => ({
        ...each,
        environment: without(each.environment, "WORK_QUEUE_URL"),
      })),
    }),
    /ApiFunction.*\.Environment\.WORK_QUEUE_URL/,
  ],
  [
    "a function's role",
    () => ({
      functions: first(facts.functions, (each) => ({
        ...each,
        roleArn: facts.functions[1]!.roleArn,
      })),
    }),
    /ApiFunction.*\.Role/,
  ],
  [
    "a right",
    () => ({
      roles: facts.roles.map((each) => ({ ...each, statements: each.statements.slice(1) })),
    }),
    /SweepFunctionRole.*\.PolicyDocument/,
  ],
  [
    "one more variable",
    () => ({
      functions: first(facts.functions, (each) => ({
        ...each,
        environment: { ...each.environment, ONLY_HERE: "1" },
      })),
    }),
    /ApiFunction.*ONLY_HERE is not in the template/,
  ],
  [
    "another work queue for the worker",
    () => ({
      containers: first(facts.containers, (each) => ({
        ...each,
        environment: { ...each.environment, WORK_QUEUE_URL: "http://127.0.0.1/0/other" },
      })),
    }),
    /Worker.*\.WORK_QUEUE_URL/,
  ],
  [
    "an event source",
    () => ({ eventSources: facts.eventSources.slice(1) }),
    /SqsEventSource.*FunctionName/,
  ],
  ["a route", () => ({ routes: facts.routes.slice(1) }), /RouteKey POST \/v1\/video\/submit/],
])("and a difference is seen: %s", async (_name, fault, difference) => {
  const differences = await differencesOf({ ...facts, ...fault() });

  expect(differences.join("\n")).toMatch(difference);
});

test("an object becomes an event exactly where the template's rule says so", async () => {
  await using system = await provisioned(facts);
  const { s3, sqs } = system.clients;
  const Bucket = facts.buckets.find(({ eventBridgeEnabled }) => eventBridgeEnabled)!.name;
  for (const Key of ["uploads/j/source", "results/j/manifest.json", "inbox/team/a.mp4"]) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  }

  const queueName = facts.rules
    .find(({ pattern }) => JSON.stringify(pattern).includes("aws.s3"))!
    .targets[0]!.queueArn.split(":")
    .at(-1)!;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: system.aws.sqs.queueUrl(queueName),
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
    }),
  );

  const keys = Messages.map(({ Body }) => JSON.parse(Body!).detail.object.key as string);
  expect(keys.sort()).toEqual(["inbox/team/a.mp4", "uploads/j/source"]);
});

test("every route of the template reaches its function with who is calling, and nobody else does", async () => {
  const gateway = createGateway({
    routes: facts.routes,
    invoke: async (functionName, event) => {
      if (functionName.includes("Authorize")) {
        const [identity] = (event as { identitySource: string[] }).identitySource;
        return { isAuthorized: identity === "Bearer ana", context: { owner: "ana" } };
      }
      const { routeKey, requestContext } = event as GatewayEvent;
      return { functionName, routeKey, authorizer: requestContext.authorizer };
    },
  });
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const { body } = await gateway({
      method,
      path,
      query: "",
      headers,
      body: Buffer.alloc(0),
      sourceIp: "127.0.0.1",
    });
    return JSON.parse(String(body)) as unknown;
  };

  for (const { properties } of resources.filter(
    ({ type }) => type === "AWS::ApiGatewayV2::Route",
  )) {
    const routeKey = String(properties["RouteKey"]);
    const [method, path] = routeKey === "$default" ? ["GET", "/v1/nothing"] : routeKey.split(" ");
    const address = path!.replaceAll(/\{.*?\}/g, "some-id");
    expect(await ask(method!, address)).toEqual({ message: "Unauthorized" });
    expect(await ask(method!, address, { authorization: "Bearer bo" })).toEqual({
      message: "Forbidden",
    });
    expect(await ask(method!, address, { authorization: "Bearer ana" })).toEqual({
      routeKey,
      functionName: expect.stringMatching(/ApiFunction/),
      authorizer: { lambda: { owner: "ana" } },
    });
  }
});
