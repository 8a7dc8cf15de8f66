import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { orphansOf } from "./processes.ts";

test.skipIf(process.platform !== "linux")(
  "a program in its worker's sandbox is no orphan while the worker lives, and is one after",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "framequeue-orphans-"));
    const worker = spawn("/bin/sh", ["-c", '/bin/sh -c "$OUTER" & wait'], {
      env: {
        PATH: process.env["PATH"],
        OUTER: `: ffmpeg ${folder}; /bin/sh -c "$INNER"; :`,
        INNER: `: ffmpeg ${folder}; sleep 30; :`,
      },
      stdio: "ignore",
    });
    const found = (pid: number | undefined) => orphansOf(folder, (each) => each === pid);
    await expect.poll(() => found(undefined)).toHaveLength(2);

    expect(found(worker.pid)).toEqual([]);

    worker.kill("SIGKILL");
    await expect.poll(() => worker.signalCode).toBe("SIGKILL");
    const orphans = found(undefined);
    for (const { pid } of orphans) process.kill(pid, "SIGKILL");
    expect(orphans).toHaveLength(2);
  },
);
