import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  Agent,
  createServer,
  request as startRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import { proxiedRequest, type ProxiedRequest } from "./proxied-request.ts";
import { refusal } from "./refusals.ts";

export interface FaultProxyOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly targetPort: number;
  /** What happens to a request; undefined lets it through. Presigned ones are always let through. */
  readonly faultOf: (request: ProxiedRequest) => Fault | undefined;
  /** Called before a request goes on its way: its connection breaks instead, or it waits for the promise. */
  readonly before?: (request: ProxiedRequest) => "break" | Promise<void> | undefined;
  /** Called once a request was done, before its answer of this status is given. */
  readonly after?: (request: ProxiedRequest, status: number) => void;
}

export interface FaultProxy {
  readonly url: string;
  /** Lets everything through from now on, or draws faults again. */
  readonly setFaults: (on: boolean) => void;
  /** How often each fault happened. */
  readonly counts: ReadonlyMap<Fault["is"], number>;
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Longest that a second copy of a received message waits for somebody who asks. */
const againSecondsMax = 10;

/**
 * Passes requests on to the emulators, head and body unchanged so that signatures hold, and does to each what `faultOf`
 * says. A request that was sent on is done even when its sender has gone, as on a network; only waiting receives end.
 */
export async function openFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { targetPort, faultOf, before, after } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const counts = new Map<Fault["is"], number>();
  const again: { path: string; answer: Answer; until: number }[] = [];
  let faultsOn = true;
  let requests = 0;

  /** Sends so many bytes of the request on, all by default, and answers what came back. */
  async function forward(
    incoming: IncomingMessage,
    { body, action }: ProxiedRequest,
    { bytes = body.byteLength, gone }: { bytes?: number; gone?: AbortSignal } = {},
  ): Promise<Answer> {
    const outgoing = startRequest({
      host: "127.0.0.1",
      port: targetPort,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.rawHeaders,
      agent,
      // A message that a receiver does not live to see would be hidden for as long as it is.
      ...(action === "ReceiveMessage" && gone && { signal: gone }),
    });
    const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
    if (bytes < body.byteLength) {
      outgoing.on("error", () => {});
      answered.catch(() => {});
      outgoing.write(body.subarray(0, bytes), () => outgoing.destroy());
      throw new Error("Only a part was sent.");
    }
    outgoing.end(body);
    const [response] = await answered;
    return {
      status: response.statusCode ?? 500,
      headers: response.rawHeaders,
      body: await buffer(response),
    };
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const request = proxiedRequest(incoming, await buffer(incoming));
    requests++;
    const breakOff = () => incoming.socket.destroy();
    const send = ({ status, headers, body }: Answer, bytes = body.byteLength) => {
      if (response.destroyed) return;
      response.writeHead(status, headers as string[]);
      if (bytes === body.byteLength) response.end(body);
      else response.write(body.subarray(0, bytes), breakOff);
    };
    const pass = async (): Promise<Answer> => {
      const answer = await forward(incoming, request, { gone: gone.signal });
      after?.(request, answer.status);
      return answer;
    };

    const fate = before?.(request);
    if (fate === "break") return void breakOff();
    if (fate) {
      await fate;
      return send(await pass());
    }

    const fault = faultsOn && !request.presigned ? faultOf(request) : undefined;
    if (fault) counts.set(fault.is, (counts.get(fault.is) ?? 0) + 1);
    const copy = copyFor(request);
    if (copy) return send(copy);

    switch (fault?.is) {
      case undefined:
        return send(await pass());
      case "delay":
        await sleep(fault.milliseconds);
        return send(await pass());
      case "reset":
        return void breakOff();
      case "drop":
        return;
      case "error":
      case "throttle":
        return send(answerOf(refusal(request, fault.is === "error" ? fault.status : fault.is)));
      case "half_request":
        await forward(incoming, request, { bytes: request.body.byteLength >> 1 }).catch(() => {});
        return void breakOff();
      case "half_answer": {
        const answer = await pass();
        return send(answer, answer.body.byteLength >> 1);
      }
      case "lost_answer":
        await pass();
        return void breakOff();
      case "double":
        await pass();
        return send(await pass());
      case "lose":
        return send(asIfSent(request));
      case "deliver_again": {
        const answer = await pass();
        if (answer.body.includes('"ReceiptHandle"')) {
          again.push({
            path: queueOf(request),
            answer,
            until: performance.now() + againSecondsMax * 1000,
          });
        }
        return send(answer);
      }
    }
  }

  function copyFor(request: ProxiedRequest): Answer | undefined {
    if (request.action !== "ReceiveMessage" || !faultsOn) return undefined;
    const at = again.findIndex(({ path }) => path === queueOf(request));
    if (at < 0) return undefined;
    const [found] = again.splice(at, 1);
    return found!.until > performance.now() ? found!.answer : undefined;
  }

  const server = createServer((incoming, response) => {
    incoming.on("error", () => {});
    response.on("error", () => {});
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 0;
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setFaults: (on) => {
      faultsOn = on;
    },
    counts,
    requests: () => requests,
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

const queueOf = ({ body }: ProxiedRequest): string =>
  (JSON.parse(body.toString()) as { QueueUrl: string }).QueueUrl;

function answerOf({ status, contentType, body }: ReturnType<typeof refusal>): Answer {
  const bytes = Buffer.from(body);
  const headers = ["content-type", contentType, "content-length", `${bytes.byteLength}`];
  return { status, headers: [...headers, "x-amzn-requestid", randomUUID()], body: bytes };
}

/** SQS's answer to a message, which the SDK compares with what it sent. */
function asIfSent({ body }: ProxiedRequest): Answer {
  const { MessageBody } = JSON.parse(body.toString()) as { MessageBody: string };
  const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
  return answerOf({
    status: 200,
    contentType: "application/x-amz-json-1.0",
    body: JSON.stringify({ MessageId: randomUUID(), MD5OfMessageBody }),
  });
}
