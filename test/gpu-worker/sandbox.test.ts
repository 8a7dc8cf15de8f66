import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bounded } from "../../gpu-worker/ffmpeg/bounded.ts";
import { startChild, type Program } from "../../gpu-worker/ffmpeg/child.ts";
import { answering, findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { sandboxOfAll, sandboxToTry } from "../../gpu-worker/ffmpeg/probe-sandbox.ts";
import { run } from "../../gpu-worker/ffmpeg/run.ts";
import { temporaryFolder } from "./support/clips.ts";

const environment = process.env;
const tools = await findTools({ environment });
const apart = tools.sandbox === "bubblewrap";
if (!apart) console.warn(`The sandbox's tests are skipped: ${tools.sandbox}`);
const hasPython = existsSync("/usr/bin/python3");

/** What a decoder could do that was taken over: any program, where it would be. */
const taken = (path: string): Program => ({ ...tools.ffmpeg, path });
const shell = (script: string, options: { cwd?: string; writes?: boolean } = {}) =>
  run(taken("/bin/sh"), ["-c", script], { seconds: 20, ...options });
const python = (script: string, options: { cwd?: string; writes?: boolean } = {}) =>
  run(taken("/usr/bin/python3"), ["-c", script], { seconds: 20, ...options });

/** The same words are possible outside: what is refused is refused by the sandbox. */
const outside = (words: readonly string[], cwd?: string) =>
  spawnSync(words[0]!, words.slice(1), { encoding: "utf8", ...(cwd && { cwd }) });

describe.skipIf(!apart)("a child in the sandbox", () => {
  let scratch: string;
  let folder: string;
  beforeAll(() => {
    scratch = temporaryFolder();
    folder = join(scratch, "job-a");
    for (const name of ["job-a", "job-b"]) {
      mkdirSync(join(scratch, name));
      writeFileSync(join(scratch, name, "source"), `the video of ${name}`);
    }
  });

  test("reads its source, and cannot change it even where it may write", async () => {
    const { stdout, stderr } = await shell("cat source; echo no > source", {
      cwd: folder,
      writes: true,
    });

    expect(stdout).toBe("the video of job-a");
    expect(stderr).toContain("Read-only");
    expect(readFileSync(join(folder, "source"), "utf8")).toBe("the video of job-a");
  });

  test("writes into its folder only where it was told to, and nowhere else", async () => {
    const script = "echo yes > made; for f in / /tmp /usr /scratch/..; do echo no > $f/x; done";
    await shell(script, { cwd: folder });
    expect(readdirSync(folder)).toEqual(["source"]);

    await shell(script, { cwd: folder, writes: true });
    expect(readFileSync(join(folder, "made"), "utf8")).toBe("yes\n");
    expect([existsSync("/x"), existsSync("/usr/x")]).toEqual([false, false]);
  });

  test("sees no other job's folder, no home, no settings and no file of the worker's", async () => {
    const asked = [join(scratch, "job-b"), "/home", "/root", "/etc/passwd", process.cwd(), "/var"];
    expect(asked.filter((path) => existsSync(path)).length).toBeGreaterThan(3);

    const { stdout } = await shell(`ls -d ${asked.join(" ")}; ls /scratch`, { cwd: folder });

    expect(stdout.trim().split("\n")).not.toContain("job-b");
    for (const path of asked) expect(stdout).not.toContain(path);
  });

  test("finds no process but its own, and no variable of theirs", async () => {
    const script = `cat /proc/${process.pid}/environ; kill -0 ${process.pid}; echo $?; env`;
    expect(outside(["/bin/sh", "-c", script]).stdout.includes("\u00000\n")).toBe(true);

    const { stdout } = await shell(script);

    expect(stdout).toMatch(/^1\n/);
    expect(stdout).not.toMatch(/AWS_|HOME=|NODE/);
  });

  test.skipIf(!hasPython)("cannot open a socket of any kind", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const script = `
import socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    try:
        made = socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM)
        print("made")
        if family == socket.AF_INET: made.connect(("127.0.0.1", ${port}))
    except OSError as error: print(error.errno)`;
    expect(outside(["/usr/bin/python3", "-c", script]).stdout).toBe("made\nmade\nmade\nmade\n");

    const { stdout } = await python(script);

    server.close();
    expect(stdout).toBe("1\n1\n1\n1\n");
  });

  test.skipIf(!hasPython)("leaves no links that lead the worker to its own secrets", async () => {
    const script = `
import os
for make in (lambda: os.symlink("/proc/self/environ", "poster.jpg"), lambda: os.link("source", "hard"), lambda: os.mkfifo("sprite.jpg")):
    try: make(); print("made")
    except OSError as error: print(error.errno)`;

    const { stdout } = await python(script, { cwd: folder, writes: true });

    expect(stdout).toBe("1\n1\n1\n");
    expect(() => lstatSync(join(folder, "poster.jpg"))).toThrow("ENOENT");
  });

  test.skipIf(!existsSync("/usr/bin/unshare"))("makes no namespaces", async () => {
    expect(outside(["/usr/bin/unshare", "-U", "true"]).status).toBe(0);

    expect((await shell("unshare -U true; echo $?")).stdout).toBe("1\n");
  });

  test.skipIf(!hasPython || process.arch !== "x64")("makes none by clone either", async () => {
    const script = `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for number in (56, 435):
    pid = libc.syscall(number, 0x10000000 | 17, 0, 0, 0, 0)
    if pid == 0: libc._exit(0)
    print(pid, ctypes.get_errno())`;

    const { stdout } = await python(script);

    expect(stdout).toBe("-1 1\n-1 38\n");
  });

  test("is ended by its limits, and its parent hears how", async () => {
    const limited = bounded(taken("/bin/sh"), { dataBytes: 2 ** 30, processorSeconds: 1 });

    const ended = await run(limited, ["-c", "while :; do :; done"], { seconds: 30 });

    expect(ended).toMatchObject({ code: null, signal: "SIGXCPU", timedOut: false });
  });

  test("ends with all that it started when it is killed", async () => {
    const script = `sleep 612.${process.pid} & echo started; wait`;
    const child = startChild(taken("/bin/sh"), ["-c", script]);
    await once(child.stdout, "data");
    const sleepers = () => outside(["pgrep", "-f", `sleep 612.${process.pid}$`]).stdout.trim();
    expect(sleepers()).not.toBe("");

    child.kill();

    expect(await child.exited).toMatchObject({ signal: "SIGKILL" });
    await expect.poll(() => sleepers()).toBe("");
  });

  test("yields the processor in the background", async () => {
    const child = startChild(taken("/bin/sh"), ["-c", "nice"], { inBackground: true });
    const [line] = (await once(child.stdout, "data")) as [Buffer];

    expect(line.toString()).toBe("10\n");
  });

  test("a sandbox that could not be made says nothing about the file", async () => {
    const { sandbox } = tools.ffmpeg;
    const broken = {
      ...sandbox!,
      words: () => ["/usr/bin/bwrap", "--bind", "/nowhere", "/x", "--"],
    };

    const ended = await run({ ...tools.ffmpeg, sandbox: broken }, ["-version"], { seconds: 10 });

    expect(ended).toMatchObject({ code: null, signal: "SIGKILL" });
  });
});

describe("where there is no sandbox", () => {
  const libraryPath = "";
  const none = sandboxToTry({ wish: "auto", path: undefined, libraryPath });

  test("the worker goes on and says why", () => {
    expect(sandboxOfAll(none, [undefined, undefined], "auto")).toMatchObject({
      sandbox: undefined,
      is: expect.stringMatching(/^none: (bubblewrap is not installed|only Linux)/) as string,
    });
  });

  test("a worker that requires one refuses to start", () => {
    expect(() => sandboxOfAll(none, [undefined, undefined], "require")).toThrow(
      /SANDBOX is require, and there is none/,
    );
  });

  test.skipIf(process.platform !== "linux")(
    "a bubblewrap that is refused counts as none, and the program is found all the same",
    async () => {
      const path = join(temporaryFolder(), "bwrap");
      writeFileSync(
        path,
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n",
        {
          mode: 0o755,
        },
      );
      const tried = sandboxToTry({ wish: "auto", path, libraryPath });
      if (typeof tried === "string") throw new Error(tried);

      const { program, refused } = await answering("ffprobe", tools.ffprobe, {
        ...tools.ffprobe,
        sandbox: tried,
      });

      expect(program).toMatchObject({ version: tools.ffprobe.version });
      expect(program).not.toHaveProperty("sandbox");
      const found = sandboxOfAll(tried, [undefined, refused], "auto");
      expect(found).toEqual({
        sandbox: undefined,
        is: "none: bwrap: No permissions to create new namespace",
      });
    },
  );
});
