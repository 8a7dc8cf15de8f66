import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FunctionFacts } from "../template/functions.ts";
import { FunctionError } from "./function-error.ts";
import type { Invocation, ThreadData, ThreadMessage } from "./thread-protocol.ts";

/** Lambda gives a function ten seconds to load; a laptop under load gets a little more. */
const loadSecondsMax = 30;

export interface FunctionThread {
  /** Handles one event; only one at a time. The result is JSON. */
  handle(event: string): Promise<string>;
  /** False once it threw outside an event, ended or took too long. */
  readonly alive: boolean;
  close(): Promise<void>;
}

/** Starts one execution environment of the function, with exactly this environment. */
export function startThread(
  facts: FunctionFacts,
  { functionArn, environment }: { functionArn: string; environment: Record<string, string> },
): FunctionThread {
  const workerData: ThreadData = entryOf(facts);
  const worker = new Worker(new URL("thread.ts", import.meta.url), {
    name: facts.name,
    env: environment,
    workerData,
    // Nothing of this process's own command line reaches the function.
    execArgv: [],
    argv: [],
    resourceLimits: { maxOldGenerationSizeMb: facts.memoryMebibytes },
  });
  let alive = true;
  let settle: { resolve(message: ThreadMessage): void; reject(error: Error): void } | undefined;
  const next = (): Promise<ThreadMessage> => {
    return new Promise((resolve, reject) => (settle = { resolve, reject }));
  };
  const fail = (errorType: string, message: string) => {
    alive = false;
    settle?.reject(new FunctionError(errorType, message));
  };
  worker.on("message", (message: ThreadMessage) => settle?.resolve(message));
  worker.on("error", (error: Error) => fail(error.name, error.message));
  worker.on("exit", (code) => {
    fail("Runtime.ExitError", `The function ended its process with code ${code}`);
  });

  const ready = within(next(), loadSecondsMax);
  ready.catch(() => undefined);

  async function within(answer: Promise<ThreadMessage>, seconds: number): Promise<ThreadMessage> {
    const timer = setTimeout(() => {
      fail("Sandbox.Timedout", `The task timed out after ${seconds} seconds`);
      void worker.terminate();
    }, seconds * 1000);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get alive() {
      return alive;
    },
    async handle(event) {
      await ready;
      if (!alive) throw new FunctionError("Runtime.ExitError", "The function ended between events");
      const answer = within(next(), facts.timeoutSeconds);
      const invocation: Invocation = {
        event,
        requestId: randomUUID(),
        functionName: facts.name,
        functionArn,
        memoryMebibytes: facts.memoryMebibytes,
        deadline: Date.now() + facts.timeoutSeconds * 1000,
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
      worker.postMessage(invocation);
      const message = await answer;
      if (message.kind === "error") throw new FunctionError(message.errorType, message.message);
      return message.kind === "result" ? message.result : "null";
    },
    async close() {
      alive = false;
      await worker.terminate();
    },
  };
}

function entryOf({ codeDirectory, handler, name }: FunctionFacts): ThreadData {
  const dot = handler.lastIndexOf(".");
  const paths = ["mjs", "cjs", "js"].map((extension) =>
    join(codeDirectory, `${handler.slice(0, dot)}.${extension}`),
  );
  const modulePath = paths.find((path) => existsSync(path));
  if (!modulePath) throw new Error(`${name}: no module for ${handler} in ${codeDirectory}`);
  return { modulePath, exportName: handler.slice(dot + 1) };
}
