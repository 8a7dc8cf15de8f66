import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { startChild, type Program } from "../../gpu-worker/ffmpeg/child.ts";
import { childEnvironment } from "../../gpu-worker/ffmpeg/child-environment.ts";
import { answering, findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { run } from "../../gpu-worker/ffmpeg/run.ts";
import { temporaryFolder } from "./support/clips.ts";

const shell: Program = { path: "/bin/sh", prefix: [], environment: { PATH: process.env["PATH"]! } };

const leftovers = new Set<number>();
afterEach(() => {
  for (const pid of leftovers) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone, as it should be.
    }
  }
  leftovers.clear();
});

test("an abort ends the child and what it started", async () => {
  const stop = new AbortController();
  const child = startChild(shell, ["-c", "sleep 600 & echo $!; wait"], { signal: stop.signal });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const grandchild = Number(line.toString());
  leftovers.add(grandchild);

  stop.abort();

  expect(await child.exited).toMatchObject({ signal: "SIGKILL" });
  await expect.poll(() => stateOf(grandchild)).toBeUndefined();
});

test("a child sees no variable of the worker but the few that it needs", async () => {
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const environment = childEnvironment(process.env);

  const { stdout } = await run({ ...shell, environment }, ["-c", "env"], { seconds: 10 });

  vi.unstubAllEnvs();
  expect(stdout).not.toContain("secret");
  expect(stdout).toContain("PATH=");
});

test("stderr is drained, however much there is, and its end is kept", async () => {
  const { stderr, code } = await run(shell, ["-c", "seq 1 200000 >&2; exit 3"], { seconds: 60 });

  expect(code).toBe(3);
  expect(stderr.split("\n").at(-1)).toBe("200000");
});

test("a program that hangs is killed when its time is up", async () => {
  expect(await run(shell, ["-c", "sleep 600"], { seconds: 0.2 })).toMatchObject({ timedOut: true });
});

test.skipIf(process.platform !== "linux")(
  "ffmpeg does not outlive a worker killed by SIGKILL",
  async () => {
    const worker = spawn(
      process.execPath,
      [fileURLToPath(new URL("./support/worker-that-is-killed.ts", import.meta.url))],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    await once(worker.stdout, "data");
    const children = childrenOf(worker.pid!);
    for (const pid of children) leftovers.add(pid);
    expect(children).toHaveLength(1);

    worker.kill("SIGKILL");

    await expect.poll(() => children.map(stateOf)).toEqual([undefined]);
  },
);

test("a binary that came without its x bit is made to run", async () => {
  const path = join(temporaryFolder(), "ffmpeg");
  writeFileSync(path, "#!/bin/sh\necho ffmpeg version 9.9-test\n", { mode: 0o644 });

  const how = { prefix: [], environment: {} };
  const { program } = await answering("ffmpeg", { path, source: "test" }, how);

  expect(program.version).toBe("9.9-test");
});

test("FFMPEG_PATH and FFPROBE_PATH come before all others, and a wrong one is said so", async () => {
  const nowhere = join(temporaryFolder(), "none");

  await expect(findTools({ ffmpegPath: nowhere, environment: process.env })).rejects.toThrow(
    /FFMPEG_PATH/,
  );
});

/** Of a process that lives; a zombie that nobody reaped does not. */
function stateOf(pid: number): string | undefined {
  try {
    const state = /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return state === "Z" ? undefined : state;
  } catch {
    return undefined;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      if (!pid) return false;
      try {
        return readFileSync(`/proc/${pid}/status`, "utf8").includes(`PPid:\t${parent}\n`);
      } catch {
        return false;
      }
    });
}
