import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers every write with success and every poll never: all that a worker sees of AWS until it has work. */
export async function openStillAws(): Promise<
  AsyncDisposable & {
    readonly url: string;
    /** Resolves at the next poll. */
    readonly polled: () => Promise<void>;
  }
> {
  let next = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const isPoll = String(request.headers["x-amz-target"]).endsWith(".ReceiveMessage");
    request.resume().once("end", () => {
      if (isPoll) next.resolve();
      else response.setHeader("content-type", "application/x-amz-json-1.0").end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async polled() {
      next = Promise.withResolvers();
      await next.promise;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
