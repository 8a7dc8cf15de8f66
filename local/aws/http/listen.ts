import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError } from "../aws-error.ts";
import type { RequestTarget } from "./request-target.ts";
import { parseRequestTarget } from "./request-target.ts";

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  target: RequestTarget,
) => Promise<void>;

/** Longer than SDK clients keep an idle connection, so that none is closed under a request. */
const keepAliveMs = 65_000;

/** Serves on 127.0.0.1 only. Closing it ends every connection and waits for the requests in progress. */
export async function listen(
  port: number,
  route: (request: IncomingMessage) => Handler,
): Promise<{ url: string; close: () => Promise<void> }> {
  const inProgress = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = serve(route(request), request, response).finally(() => inProgress.delete(work));
    inProgress.add(work);
  });
  server.keepAliveTimeout = keepAliveMs;
  // A large upload may take its time.
  server.requestTimeout = 0;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: actualPort } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${actualPort}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await Promise.all(inProgress);
    },
  };
}

async function serve(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await handler(request, response, parseRequestTarget(request.url ?? "/"));
  } catch (error) {
    const { status, message } =
      error instanceof AwsError ? error : { status: 500, message: "Internal error" };
    if (status === 500) console.error(error);
    if (response.headersSent) response.destroy();
    else response.writeHead(status).end(message);
  }
}
