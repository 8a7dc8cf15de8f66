import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import type { Program } from "../../gpu-worker/ffmpeg/child.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { run } from "../../gpu-worker/ffmpeg/run.ts";
import { canStandBy, standby, type Standby } from "../../gpu-worker/ffmpeg/standby.ts";
import { jobFolders } from "../../gpu-worker/job-folders.ts";
import { probe } from "../../gpu-worker/pipeline/probe/probe.ts";
import { clip, temporaryFolder } from "./support/clips.ts";
import { framesOf, opened } from "./support/decoded.ts";
import { keptLog } from "./support/quiet-log.ts";

vi.setConfig({ testTimeout: 120_000 });

const tools = await findTools({ environment: process.env });
const possible = canStandBy(tools.ffmpeg) && existsSync("/usr/bin/mkfifo");
const { log } = keptLog();
const quiet = { signal: new AbortController().signal, advance: () => {} };
const shell: Program = { path: "/bin/sh", prefix: [], environment: { PATH: process.env["PATH"]! } };

/** Opens its gate as FFmpeg's programs do, and leaves its number in the folder. */
const atItsGate =
  'echo $$ > number; gate=${FFREPORT#file=}; exec 3> "${gate%%:*}"; echo through; echo a word >&2';
const words = ["-c", atItsGate];

function folderWithGate(): string {
  const folder = temporaryFolder();
  execFileSync("/usr/bin/mkfifo", [join(folder, "gate")]);
  return folder;
}
async function numberIn(folder: string): Promise<number> {
  const path = join(folder, "number");
  await expect.poll(() => Number(readFileSync(path, "utf8"))).toBeGreaterThan(0);
  return Number(readFileSync(path, "utf8"));
}
const lives = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");

/** Folders whose scratch is a folder of the test's. */
function foldersIn(root: string) {
  const folder = async () => {
    const path = mkdtempSync(join(root, "job-"));
    return { path, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true }) };
  };
  return jobFolders({ scratch: { folder }, tools, log });
}

/** The same, and how often it was adopted. */
function counted<Waiting extends Standby>(waiting: Waiting, adopted: string[], name: string) {
  return {
    ...waiting,
    adopt(...args: Parameters<Standby["adopt"]>) {
      const child = waiting.adopt(...args);
      if (child) adopted.push(name);
      return child;
    },
  };
}

test.skipIf(!possible)("a program at its gate goes on when it is adopted", async () => {
  const folder = folderWithGate();
  const waiting = standby(shell, words, { cwd: folder, gate: "gate" });
  await numberIn(folder);

  const { stdout, stderr, code } = await run(shell, words, {
    cwd: folder,
    seconds: 30,
    standby: waiting,
  });

  expect({ stdout, stderr, code }).toEqual({ stdout: "through\n", stderr: "a word", code: 0 });
});

test.skipIf(!possible)("a program is not adopted for other words, but ended", async () => {
  const folder = folderWithGate();
  const waiting = standby(shell, words, { cwd: folder, gate: "gate" });
  const pid = await numberIn(folder);

  expect(waiting.adopt([...words, "more"], {})).toBeUndefined();

  await expect.poll(() => lives(pid)).toBe(false);
});

test.skipIf(!possible)("a program that ended while it waited is not adopted", async () => {
  const folder = folderWithGate();
  const waiting = standby(shell, words, { cwd: folder, gate: "gate" });
  const pid = await numberIn(folder);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => lives(pid)).toBe(false);
  await sleep(200);

  const ran = await run(shell, ["-c", "echo anew"], { cwd: folder, seconds: 30, standby: waiting });

  expect(ran.stdout).toBe("anew\n");
});

test.skipIf(!possible)(
  "an adopted program ends with the work that it was adopted for",
  async () => {
    const folder = folderWithGate();
    const stop = new AbortController();
    const lasting = ["-c", `${atItsGate}; sleep 600`];
    const waiting = standby(shell, lasting, { cwd: folder, gate: "gate" });
    const pid = await numberIn(folder);

    const child = waiting.adopt(lasting, { signal: stop.signal })!;
    stop.abort();

    expect(await child.exited).toMatchObject({ signal: "SIGKILL" });
    expect(lives(pid)).toBe(false);
  },
);

test.skipIf(!possible)(
  "programs that waited for a video find in it what those find that are started for it",
  async () => {
    const source = clip(
      tools,
      "mp4",
      ..."-f lavfi -i testsrc2=s=160x120:r=25:d=2 -g 10".split(" "),
    );
    const root = temporaryFolder();
    const folders = foldersIn(root);
    folders.ready();
    await using folder = await folders.take();
    copyFileSync(join(source, sourceName), join(folder.path, sourceName));
    const adopted: string[] = [];
    const standbys = {
      headers: counted(folder.standbys!.headers, adopted, "headers"),
      packets: counted(folder.standbys!.packets, adopted, "packets"),
    };
    const decoder =
      folder.standbys!.decoder && counted(folder.standbys!.decoder, adopted, "decoder");

    const video = await probe(tools.ffprobe, { folder: folder.path, standbys, ...quiet });
    const usual = await opened(source, tools);
    const asked = { ...usual, folder: folder.path, video };
    const seen = await framesOf(tools, { ...asked, ...(decoder && { standby: decoder }) });

    expect(video).toEqual(usual.video);
    expect(seen).toEqual(await framesOf(tools, usual));
    expect(adopted.toSorted()).toEqual([...(decoder ? ["decoder"] : []), "headers", "packets"]);
  },
);

test.skipIf(!possible)("of programs that nobody adopts nothing is left", async () => {
  const root = temporaryFolder();
  const folders = foldersIn(root);
  const ofTheFolder = () => {
    const all = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n");
    return all.filter((line) => line.includes(root));
  };

  folders.ready();
  const taken = await folders.take();
  folders.ready();
  await taken[Symbol.asyncDispose]();
  await folders.close();

  expect(readdirSync(root)).toEqual([]);
  await expect.poll(() => ofTheFolder()).toEqual([]);
});

test("a job gets a folder all the same where no program waits", async () => {
  const folders = foldersIn(temporaryFolder());

  await using folder = await folders.take();

  expect(existsSync(folder.path)).toBe(true);
  expect(folder.standbys).toBeUndefined();
});
