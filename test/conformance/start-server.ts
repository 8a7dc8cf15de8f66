import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { onPath } from "../../scripts/python-tool.ts";

const startSeconds = 60;

export interface Server {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts a program that serves HTTP on a port of this machine, and waits until it answers; it dies with us. */
export async function startServer(
  program: string,
  argumentsFor: (port: number) => readonly string[],
): Promise<Server | { readonly absent: string }> {
  const path = findProgram(program);
  if (path === undefined) return { absent: `${program} is not on the path` };

  const port = await freePort();
  const child = spawn(path, argumentsFor(port), { stdio: "ignore", detached: true });
  // A group of its own: what is on the path may be a script that starts the program.
  const kill = () => {
    try {
      process.kill(-child.pid!, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  process.once("exit", kill);
  const ended = once(child, "exit");
  const close = async () => {
    process.off("exit", kill);
    kill();
    await ended;
  };

  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + startSeconds * 1000;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > until) {
      await close();
      throw new Error(`${program} did not answer within ${startSeconds} s.`);
    }
    await wait(200);
  }
  return { url, close };
}

// With a folder in it, it is a path already.
const findProgram = (program: string): string | undefined =>
  program.includes("/") ? program : onPath(program);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Any answer will do: each of the servers has its own idea of a request for nothing. */
async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(2000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
