import { Logger } from "@aws-lambda-powertools/logger";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { expect, test } from "vitest";
import { batchChain } from "../../functions/batch-chain.ts";

const batch = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map((body) => ({ body, messageId: `id-${body}` }) as SQSRecord),
});

async function handle(event: SQSEvent) {
  const taken: string[] = [];
  const handler = batchChain(new Logger({ logLevel: "SILENT" }), async (body) => {
    if (body.startsWith("bad")) throw new Error(body);
    taken.push(body);
  });
  return { answer: await handler(event, { awsRequestId: "r" } as Context), taken };
}

test("of a batch only the messages that failed come back", async () => {
  const { answer, taken } = await handle(batch("one", "bad-1", "two", "bad-2"));

  expect(taken).toEqual(["one", "two"]);
  expect(answer).toEqual({
    batchItemFailures: [{ itemIdentifier: "id-bad-1" }, { itemIdentifier: "id-bad-2" }],
  });
});

test("a batch that failed whole comes back whole, without failing the function", async () => {
  const { answer } = await handle(batch("bad-1"));

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "id-bad-1" }] });
});

test("each batch is answered for itself", async () => {
  const handler = batchChain(new Logger({ logLevel: "SILENT" }), async (body) => {
    if (body === "bad") throw new Error(body);
  });
  const context = { awsRequestId: "r" } as Context;

  await handler(batch("bad"), context);

  expect(await handler(batch("good"), context)).toEqual({ batchItemFailures: [] });
});
