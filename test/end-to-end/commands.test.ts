import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ResultManifest } from "../../contracts/artifact.ts";
import { startSystem, type System } from "../support/system.ts";

/** Runs a program of the checkout as a person does; what it printed and how it ended. */
async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [...args], { env: { ...process.env, ...environment } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exitCode, stdout, stderr };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "framequeue-commands-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("npm start", () => {
  const start = (...args: string[]) =>
    run([
      "local/start.ts",
      "--exit",
      "--port",
      "0",
      "--aws-port",
      "0",
      "--state",
      join(folder, "state"),
      ...args,
    ]);

  test("runs the sample from nothing to a result, and the second start picks it up at once", async () => {
    const first = await start();
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toMatch(/player +[\d,]+ +600/);
    expect(first.stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/#\/jobs\//);

    const second = await start();
    const jobOf = ({ stdout }: { stdout: string }) => /#\/jobs\/(\w{26})/.exec(stdout)?.[1];
    expect(second).toMatchObject({ exitCode: 0 });
    expect(jobOf(second)).toBe(jobOf(first));
    expect(second.stdout).not.toMatch(/upload/);
  });

  test("ends with another code when the video cannot become a result, and says why", async () => {
    const text = join(folder, "notes.mp4");
    await writeFile(text, "These are notes, not frames.\n".repeat(100));

    const { exitCode, stdout } = await start(text);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/CONTAINER_REFUSED|NOT_A_VIDEO/);
  });
});

describe("framequeue", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system?.stop());
  const framequeue = (...args: string[]) =>
    run(["cli/main.ts", "--api", system.running.api_url, ...args], {
      FRAMEQUEUE_API_KEY: system.running.api_key!,
      XDG_STATE_HOME: join(folder, "memory"),
    });

  test("detect prints one object, and saves what the manifest promises", async () => {
    const out = join(folder, "found");

    const { exitCode, stdout } = await framequeue(
      "detect",
      "models/pitch/sample.mp4",
      "--pipeline",
      "pitch",
      "--from",
      "2",
      "--to",
      "4",
      "--json",
      "--out",
      out,
    );

    expect(exitCode).toBe(0);
    const { job } = JSON.parse(stdout) as {
      job: { status: string; summary: { frames_analysed: number } };
    };
    expect(job).toMatchObject({ status: "completed", summary: { frames_analysed: 50 } });
    const manifest = ResultManifest.parse(
      JSON.parse(await readFile(join(out, "manifest.json"), "utf8")),
    );
    for (const { name, sha256 } of manifest.artifacts) {
      expect(
        createHash("sha256")
          .update(await readFile(join(out, name)))
          .digest("hex"),
      ).toBe(sha256);
    }
  });

  test("doctor finds nothing broken in a system that works", async () => {
    const { exitCode, stdout, stderr } = await framequeue("doctor");

    expect(`${stdout}${stderr}`).toMatch(/worker/i);
    expect(exitCode).toBe(0);
  });
});
