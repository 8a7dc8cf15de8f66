import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { HttpRequest, HttpResponse } from "./messages.ts";
import { message } from "./messages.ts";

/** API Gateway's own limit for a request. */
const bodyBytesMax = 10 * 1024 ** 2;
/** CloudFront answers for its own names only; here that keeps a page from another name out, whatever it resolves to. */
const hostNames = new Set(["127.0.0.1", "localhost"]);

/** Serves requests on loopback. Closing waits for none that is still open. */
export async function serve(
  port: number,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<AsyncDisposable> {
  const server = createServer((incoming, outgoing) => {
    void respond(incoming, outgoing, answer).catch((error: unknown) => {
      console.error(error);
      outgoing.destroy();
    });
  });
  // Longer than a client keeps an idle connection, so that it never sends into one that closes.
  server.keepAliveTimeout = 65_000;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  return {
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<void> {
  const { status, headers, body } = await answered(incoming, answer);
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  const hasBody = status !== 204 && status !== 304;
  if (hasBody) outgoing.setHeader("content-length", Buffer.byteLength(body));
  outgoing.writeHead(status);
  outgoing.end(hasBody && incoming.method !== "HEAD" ? body : undefined);
}

async function answered(
  incoming: IncomingMessage,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const { method = "GET", url = "/", headers, socket } = incoming;
  const hostName = (headers.host ?? "").replace(/:\d+$/, "");
  if (!hostNames.has(hostName)) return message(403, "Forbidden");

  const body = await readBody(incoming);
  if (!body) return message(413, "Request Entity Too Large");
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  try {
    return await answer({
      method,
      path,
      query,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, String(value)]),
      ),
      body,
      sourceIp: socket.remoteAddress ?? "",
    });
  } catch (error) {
    console.error(error);
    return message(500, "Internal Server Error");
  }
}

/** The body, or undefined when it is beyond the limit. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    // The rest is read and dropped: an answer before the end of the request would reset the connection.
    if (bytes <= bodyBytesMax) parts.push(part);
  }
  return bytes <= bodyBytesMax ? Buffer.concat(parts) : undefined;
}
