import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

/** One way from a child's stdout into memory of the reader's choice. */
export interface FramePipe extends AsyncDisposable {
  /** To be given to the child as its stdout. */
  readonly writeEnd: Socket;
  /** The child has its own copy: without ours, its end is the pipe's end. */
  readonly handedOver: () => void;
  /** Fills the memory; false at the pipe's end, also one in mid-frame. One call at a time. */
  readonly read: (into: Uint8Array) => Promise<boolean>;
}

/** Room for what comes before anybody asks for it: a small part of a picture. */
const stagingBytes = 64 * 1024;

/**
 * A pipe that is read without an allocation per chunk. The streams of `child_process` make a buffer for every 64 KiB,
 * megabytes a frame, and collecting them cost a tenth of the time that a small model needs for the frame. All but a
 * picture's first bytes are read to where they belong.
 */
export async function framePipe(folder: string): Promise<FramePipe> {
  const path =
    process.platform === "win32"
      ? `\\\\.\\pipe\\framequeue-${process.pid}-${performance.now()}`
      : join(folder, "frames.sock");
  const server = createServer({ pauseOnConnect: true });
  await rm(path, { force: true });
  server.listen(path);
  await once(server, "listening");

  const staging = Buffer.allocUnsafe(stagingBytes);
  // What has come and was not asked for yet.
  let [start, end] = [0, 0];
  let [target, filled] = [undefined as Uint8Array | undefined, 0];
  let asked: PromiseWithResolvers<boolean> | undefined;
  let over = false;

  /** Takes from what has come; true once the target is full. */
  function take(): boolean {
    if (!target) return false;
    const bytes = Math.min(end - start, target.byteLength - filled);
    target.set(staging.subarray(start, start + bytes), filled);
    start += bytes;
    filled += bytes;
    return filled === target.byteLength;
  }
  function answer(full: boolean): void {
    const waiting = asked;
    asked = target = undefined;
    waiting?.resolve(full);
  }
  const finish = () => {
    over = true;
    answer(false);
  };

  const readEnd = connect({
    path,
    onread: {
      // Asked for at once after each read, when it may not be known where the next one goes.
      buffer: () => target?.subarray(filled) ?? staging,
      callback(bytes, buffer) {
        if (buffer === staging) [start, end] = [0, bytes];
        else filled += bytes;
        if (take()) answer(true);
        // Nothing more may come while something is left, or nobody asks.
        return target !== undefined && start === end;
      },
    },
  });
  readEnd.on("end", finish).on("close", finish).on("error", finish);
  const [[writeEnd]] = (await Promise.all([
    once(server, "connection"),
    once(readEnd, "connect"),
  ])) as [[Socket], unknown];
  server.close();
  writeEnd.on("error", () => {});
  readEnd.pause();

  return {
    writeEnd,
    handedOver: () => writeEnd.destroy(),
    async read(into) {
      [target, filled] = [into, 0];
      asked = Promise.withResolvers();
      const { promise } = asked;
      if (take()) answer(true);
      else if (over) answer(false);
      else readEnd.resume();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      writeEnd.destroy();
      readEnd.destroy();
      await rm(path, { force: true });
    },
  };
}
