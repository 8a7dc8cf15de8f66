import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { PermanentError, RetryableError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import { DeviceLost } from "../device-lost.ts";
import type { RawDetections } from "./session.ts";
import { toldOnce, type DetectRequest } from "./told-once.ts";
import { closeRequest, type ThreadAnswer, type ThreadSetup } from "./thread-messages.ts";

/** One detector thread with its own session, which works on one batch after the other. */
export interface DetectorThread {
  /** Asked for more before it has answered, it takes them in order. */
  readonly detect: (request: DetectRequest) => Promise<readonly RawDetections[]>;
  /** Set once it can not be used any more. */
  readonly broken: Error | undefined;
  readonly close: () => Promise<void>;
}

// As it stands here, or compiled as in the package.
const entry = new URL(`./detector-thread${extname(import.meta.filename)}`, import.meta.url);

/** Starts a thread, loads the model there and runs it once. */
export async function startThread(setup: ThreadSetup, url: URL = entry): Promise<DetectorThread> {
  const worker = new Worker(url, { workerData: setup });
  worker.unref();
  let broken: Error | undefined;
  /** Whoever waits for an answer, in the order of asking; the thread works for the first. */
  const asked: PromiseWithResolvers<readonly RawDetections[]>[] = [];
  let patience: NodeJS.Timeout | undefined;

  function breaks(error: Error): void {
    broken ??= error;
    clearTimeout(patience);
    for (const each of asked.splice(0)) each.reject(error);
  }

  worker.on("error", (error) =>
    breaks(new RetryableError("WORKER_FAILED", `A detector thread crashed: ${String(error)}`)),
  );
  const gone = Promise.withResolvers<void>();
  worker.on("exit", () => {
    breaks(new RetryableError("WORKER_FAILED", "A detector thread ended."));
    gone.resolve();
  });
  worker.on("message", (answer: ThreadAnswer) => {
    if (answer.is === "failed" && answer.code === "WORKER_FAILED") {
      return breaks(new RetryableError("WORKER_FAILED", answer.message));
    }
    if (answer.is === "lost") return breaks(new DeviceLost(answer.message));
    clearTimeout(patience);
    const first = asked.shift();
    if (asked.length > 0) beginWaiting(limits.stalledSeconds);
    if (answer.is === "ready") first?.resolve([]);
    else if (answer.is === "detected") first?.resolve(answer.raw);
    else first?.reject(new PermanentError("MODEL_FAILED", answer.message));
  });

  /**
   * The native call can not be interrupted, only noticed. Never `terminate()`: a call that returns into a thread that
   * was terminated takes the whole process down (Napi::Error, SIGABRT).
   */
  function beginWaiting(seconds: number): void {
    patience = setTimeout(() => {
      const why = `The model gave no answer for ${seconds} s.`;
      breaks(new RetryableError("WORKER_FAILED", why));
    }, seconds * 1000);
  }
  async function answered(seconds: number): Promise<readonly RawDetections[]> {
    const answer = Promise.withResolvers<readonly RawDetections[]>();
    if (asked.push(answer) === 1) beginWaiting(seconds);
    return answer.promise;
  }

  const told = toldOnce();
  const thread: DetectorThread = {
    async detect(request) {
      if (broken) throw broken;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(told(request));
      return answered(limits.stalledSeconds);
    },
    get broken() {
      return broken;
    },
    async close() {
      // Nothing else may be left to keep the process waiting for it.
      worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(closeRequest);
      const late = AbortSignal.timeout(limits.stalledSeconds * 1000);
      await Promise.race([gone.promise, once(late, "abort")]);
      worker.unref();
    },
  };
  try {
    await answered(limits.modelLoadSeconds);
    return thread;
  } catch (error) {
    await thread.close();
    throw error;
  }
}
