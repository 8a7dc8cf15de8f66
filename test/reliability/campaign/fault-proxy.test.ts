import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  request as startRequest,
  type IncomingMessage,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { openFaultProxy, type FaultProxy, type FaultProxyOptions } from "./fault-proxy.ts";
import type { Fault } from "./faults.ts";

interface Seen {
  readonly method: string;
  readonly host: string;
  readonly body: string;
}

let target: Server;
let seen: Seen[];
let broken: number;
let answerWith: (body: string) => string;
const open: FaultProxy[] = [];

beforeEach(async () => {
  seen = [];
  broken = 0;
  answerWith = () => "an answer of some length";
  target = createServer((incoming, response) => {
    void (async () => {
      try {
        const { method = "", headers } = incoming;
        const body = (await buffer(incoming)).toString();
        seen.push({ method, host: headers.host ?? "", body });
        response.end(answerWith(body));
      } catch {
        broken++;
      }
    })();
  });
  target.listen(0, "127.0.0.1");
  await once(target, "listening");
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((proxy) => proxy.close()));
  target.closeAllConnections();
  target.close();
});

async function proxyWith(
  fault: Fault | undefined,
  more: Pick<FaultProxyOptions, "before" | "after"> = {},
) {
  const { port: targetPort } = target.address() as AddressInfo;
  const proxy = await openFaultProxy({ port: 0, targetPort, faultOf: () => fault, ...more });
  open.push(proxy);
  return proxy;
}

/** One PUT of a body, and what came of it. */
async function put({ url }: FaultProxy, path = "/bucket/key"): Promise<string> {
  const outgoing = startRequest(new URL(path, url), {
    method: "PUT",
    headers: { "content-length": 10 },
  });
  outgoing.end("0123456789");
  try {
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    return `${response.statusCode} ${(await buffer(response)).toString()}`;
  } catch (error) {
    return (error as Error).name === "Error" ? "broken" : String(error);
  }
}

const receive = ({ url }: FaultProxy) =>
  new SQSClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
const QueueUrl = "http://127.0.0.1/0/queue";

test("without a fault a request arrives as it was sent, with its sender's Host", async () => {
  const proxy = await proxyWith(undefined);

  expect(await put(proxy)).toBe("200 an answer of some length");
  expect(seen).toEqual([{ method: "PUT", host: new URL(proxy.url).host, body: "0123456789" }]);
});

test("a delayed request arrives, and later", async () => {
  const proxy = await proxyWith({ is: "delay", milliseconds: 60 });
  const startedAt = performance.now();

  expect(await put(proxy)).toMatch(/^200/);
  expect(performance.now() - startedAt).toBeGreaterThan(55);
});

test("a reset request never arrives", async () => {
  expect(await put(await proxyWith({ is: "reset" }))).toBe("broken");
  expect(seen).toEqual([]);
});

test("a dropped request neither arrives nor is answered", async () => {
  const proxy = await proxyWith({ is: "drop" });
  const answer = await Promise.race([
    put(proxy),
    new Promise((resolve) => setTimeout(resolve, 80, "silence")),
  ]);

  expect(answer).toBe("silence");
  expect(seen).toEqual([]);
});

test.each([
  [{ is: "error", status: 500 }, "500", "InternalError"],
  [{ is: "error", status: 503 }, "503", "ServiceUnavailable"],
  [{ is: "throttle" }, "503", "SlowDown"],
] as const)("%o is answered in the service's own words", async (fault, status, code) => {
  const answer = await put(await proxyWith(fault));

  expect(answer.startsWith(status)).toBe(true);
  expect(answer).toContain(`<Code>${code}</Code>`);
  expect(seen).toEqual([]);
});

test("half a request breaks off on both sides", async () => {
  expect(await put(await proxyWith({ is: "half_request" }))).toBe("broken");
  await expect.poll(() => broken).toBe(1);
  expect(seen).toEqual([]);
});

test("half an answer comes of a request that was done", async () => {
  expect(await put(await proxyWith({ is: "half_answer" }))).toBe("broken");
  expect(seen).toHaveLength(1);
});

test("a lost answer is of a request that was done", async () => {
  expect(await put(await proxyWith({ is: "lost_answer" }))).toBe("broken");
  expect(seen).toHaveLength(1);
});

test("a doubled request is done twice and answered once", async () => {
  expect(await put(await proxyWith({ is: "double" }))).toMatch(/^200/);
  expect(seen).toHaveLength(2);
});

test("a lost message is answered so that the SDK believes it", async () => {
  const sqs = receive(await proxyWith({ is: "lose" }));

  const answer = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "work" }));

  expect(answer.MessageId).toBeDefined();
  expect(seen).toEqual([]);
});

test("a message that is delivered again comes to the next who asks, from nowhere", async () => {
  const Body = "work";
  const MD5OfBody = createHash("md5").update(Body).digest("hex");
  const message = { MessageId: "1", ReceiptHandle: "r", Body, MD5OfBody };
  answerWith = () => JSON.stringify({ Messages: [message] });
  const sqs = receive(await proxyWith({ is: "deliver_again" }));
  const ask = async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.map(({ Body }) => Body);

  expect([await ask(), await ask()]).toEqual([["work"], ["work"]]);
  expect(seen).toHaveLength(1);
});

test("a presigned request is a person's, to whom nothing is done", async () => {
  const proxy = await proxyWith({ is: "reset" });

  expect(await put(proxy, "/bucket/key?X-Amz-Signature=00")).toMatch(/^200/);
});

test("without faults everything goes through", async () => {
  const proxy = await proxyWith({ is: "reset" });
  proxy.setFaults(false);

  expect(await put(proxy)).toMatch(/^200/);
  expect(proxy.counts.size).toBe(0);
});

test("a request that is held up arrives although its sender has gone", async () => {
  const held = Promise.withResolvers<void>();
  const proxy = await proxyWith(undefined, { before: () => held.promise });
  const outgoing = startRequest(new URL("/k", proxy.url), { method: "PUT" });
  outgoing.on("error", () => {});
  outgoing.end("late");
  await expect.poll(() => proxy.requests()).toBe(1);

  outgoing.destroy();
  held.resolve();

  await expect.poll(() => seen.map(({ body }) => body)).toEqual(["late"]);
});

test("whoever watches sees a request before it goes and after it was done", async () => {
  const steps: string[] = [];
  const proxy = await proxyWith(undefined, {
    before: ({ action }) => void steps.push(`before ${action}, ${seen.length} done`),
    after: ({ action }, status) =>
      void steps.push(`after ${action}, ${status}, ${seen.length} done`),
  });

  await put(proxy);

  expect(steps).toEqual(["before PutObject, 0 done", "after PutObject, 200, 1 done"]);
});
