import { resolve } from "node:path";
import { expect, test } from "vitest";
import { createFunctionPool } from "../../../local/lambda/function-pool.ts";
import { functionEnvironment } from "../../../local/lambda/function-environment.ts";
import type { FunctionFacts } from "../../../local/template/functions.ts";
import { runtimeSession } from "../../../local/aws/sts/runtime-session.ts";
import { credentials, place } from "../support/place.ts";

function poolOf(differences: Partial<FunctionFacts> = {}) {
  const facts: FunctionFacts = {
    name: "fixture",
    roleArn: "arn:aws:iam::0:role/fixture",
    codeDirectory: resolve(import.meta.dirname, "../../fixtures/local/functions"),
    handler: "index.handler",
    environment: { GREETING: "hello" },
    timeoutSeconds: 5,
    memoryMebibytes: 256,
    concurrencyMax: undefined,
    ...differences,
  };
  const environment = functionEnvironment(facts, place, runtimeSession(facts, credentials));
  return createFunctionPool(facts, {
    functionArn: "arn:aws:lambda:here:0:function:f",
    environment,
  });
}

test("a function sees the template's variables, Lambda's, and nothing of this process", async () => {
  process.env["SECRET_OF_THE_HOST"] = "1";
  await using pool = poolOf();

  const environment = (await pool.invoke({ do: "environment" })) as Record<string, string>;

  expect(environment).toMatchObject({
    GREETING: "hello",
    AWS_LAMBDA_FUNCTION_NAME: "fixture",
    AWS_ENDPOINT_URL: place.awsUrl,
    AWS_REGION: place.region,
    _HANDLER: "index.handler",
  });
  expect(environment["AWS_ACCESS_KEY_ID"]).toMatch(/^ASIA[0-9A-F]{16}$/);
  expect(environment["AWS_SESSION_TOKEN"]).toMatch(/./);
  expect(Object.values(environment)).not.toContain(credentials.secretAccessKey);
  expect(environment).not.toHaveProperty("SECRET_OF_THE_HOST");
  expect(environment).not.toHaveProperty("PATH");
  delete process.env["SECRET_OF_THE_HOST"];
});

test("what one function leaves in its globals and environment no other sees", async () => {
  await using first = poolOf();
  await using second = poolOf();

  await first.invoke({ do: "pollute" });

  expect(await first.invoke({})).toMatchObject({ polluted: true });
  expect(await second.invoke({})).toMatchObject({ polluted: false });
  expect(process.env).not.toHaveProperty("POLLUTED");
});

test("an environment is used again, and takes one event at a time", async () => {
  await using pool = poolOf({ concurrencyMax: 1 });

  const calls = await Promise.all([1, 2, 3].map(() => pool.invoke({ do: "wait", ms: 5 })));

  expect(calls).toEqual([1, 2, 3]);
});

test("events at the same time get environments of their own, up to the concurrency", async () => {
  await using pool = poolOf({ concurrencyMax: 2 });

  const calls = await Promise.all([1, 2, 3, 4].map(() => pool.invoke({ do: "wait", ms: 150 })));

  // The first event of an environment is its call 1; who takes the others is a race.
  expect(calls.filter((call) => call === 1)).toHaveLength(2);
});

test.each([
  ["waits for ever", { do: "wait", ms: 60_000 }],
  ["blocks its thread", { do: "block" }],
])(
  "a function that %s is ended at its timeout, and the next event finds a new one",
  async (_name, event) => {
    await using pool = poolOf({ timeoutSeconds: 0.3, concurrencyMax: 1 });
    await pool.invoke({});

    await expect(pool.invoke(event)).rejects.toMatchObject({ errorType: "Sandbox.Timedout" });

    expect(await pool.invoke({})).toMatchObject({ calls: 1 });
  },
);

test.each([
  ["ends its process", { do: "exit" }, "Runtime.ExitError"],
  ["throws", { do: "throw" }, "TypeError"],
  ["leaves a rejection behind", { do: "reject later" }, "Error"],
])("a function that %s is noticed at once", async (_name, event, errorType) => {
  await using pool = poolOf({ timeoutSeconds: 60, concurrencyMax: 1 });

  await expect(pool.invoke(event)).rejects.toMatchObject({ errorType });

  expect(await pool.invoke({})).toHaveProperty("calls");
});

test("an event or answer beyond 6 MB is refused", async () => {
  await using pool = poolOf();
  const bytes = 6 * 1024 ** 2;

  await expect(pool.invoke({ text: "x".repeat(bytes) })).rejects.toMatchObject({
    errorType: "RequestEntityTooLarge",
  });
  await expect(pool.invoke({ do: "large", bytes })).rejects.toMatchObject({
    errorType: "Function.ResponseSizeTooLarge",
  });
});

test("the context says who runs and how long it may", async () => {
  await using pool = poolOf();

  const context = (await pool.invoke({ do: "context" })) as Record<string, unknown>;

  expect(context).toMatchObject({
    functionName: "fixture",
    memoryLimitInMB: "256",
    invokedFunctionArn: "arn:aws:lambda:here:0:function:f",
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(context["left"]).toBeGreaterThan(3000);
  expect(context["left"]).toBeLessThanOrEqual(5000);
});

test.each([
  ["a handler with a callback, as Lambda's Node 24 does", "index.withCallback", /callback/],
  ["an export that is not there", "index.nobody", /no export nobody/],
])("refuses %s", async (_name, handler, message) => {
  await using pool = poolOf({ handler });

  await expect(pool.invoke({})).rejects.toThrow(message);
});
