import { fork } from "node:child_process";
import { extname, join } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import type { ProbeReply, ProbeRequest } from "./probe-messages.ts";

// As it stands here, or compiled as in the package.
const entry = join(import.meta.dirname, `probe-main${extname(import.meta.filename)}`);

/** Runs a model; never throws but when it is aborted. */
export type RunProbe = (request: ProbeRequest) => Promise<ProbeReply>;

/** Runs models in a process of their own, which is ended when it takes longer than a worker would wait, or on abort. */
export const probeIn =
  (signal: AbortSignal): RunProbe =>
  async (request) => {
    signal.throwIfAborted();
    const child = fork(entry, {
      serialization: "advanced",
      // What the runtime prints is of no use to a person; its errors come back as messages.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      signal,
      killSignal: "SIGKILL",
      timeout: limits.modelLoadSeconds * 1000,
    });
    return new Promise<ProbeReply>((resolve, reject) => {
      child.once("message", (reply: ProbeReply) => resolve(reply));
      child.once("error", (error) =>
        signal.aborted ? reject(signal.reason as Error) : reject(error),
      );
      child.once("exit", (code, killedBy) => {
        const ended = killedBy
          ? `onnxruntime did not end (${killedBy})`
          : `onnxruntime's process ended with ${code}`;
        resolve({ failed: "run", message: `${ended}.` });
      });
      child.send(request);
    });
  };
