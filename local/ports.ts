import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The children of a start that was killed are gone by then. */
const takenMsMax = 3000;

/** Sees that the port is free on loopback, or finds a free one for 0. A process of ours takes it right after. */
export async function findPort(port: number): Promise<number> {
  const deadline = performance.now() + takenMsMax;
  for (;;) {
    const server = createServer();
    try {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      return (server.address() as AddressInfo).port;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE") throw cause;
      if (performance.now() > deadline) throw new PortInUseError(port, { cause });
      await sleep(100);
    } finally {
      server.close();
    }
  }
}

/** Something else listens where the system should. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";

  constructor(port: number, options: ErrorOptions) {
    super(`Port ${port} is in use by another program.`, options);
  }
}
