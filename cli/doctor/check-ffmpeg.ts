import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Finding } from "./finding.ts";
import { broken, ok } from "./finding.ts";

const run = promisify(execFile);
const answerMs = 15_000;

/** ffmpeg as a worker would find it on this machine: asked only when no worker can say. */
export async function checkFfmpegHere(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Finding> {
  for (const path of await candidates(environment)) {
    const version = await versionOf(path);
    if (version) return ok("ffmpeg", `${version} on this machine (${path})`);
  }
  return broken(
    "ffmpeg",
    "none answers on this machine",
    "Install FFmpeg, set FFMPEG_PATH, or run `npm ci` again: a package brings one.",
  );
}

/** In the worker's order. */
async function candidates(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const given = environment["FFMPEG_PATH"];
  if (given) return [given];
  const inPackages = await Promise.all([
    pathFrom("ffmpeg-static", (module) => module),
    pathFrom("@ffmpeg-installer/ffmpeg", (module) => (module as { path?: unknown }).path),
  ]);
  const [downloaded, installed] = inPackages;
  return [downloaded, "ffmpeg", installed].filter((path) => typeof path === "string");
}

async function pathFrom(name: string, read: (module: unknown) => unknown): Promise<unknown> {
  try {
    const { default: module } = (await import(name)) as { default: unknown };
    return read(module);
  } catch {
    return undefined;
  }
}

async function versionOf(path: string): Promise<string | undefined> {
  const { stdout } = await run(path, ["-version"], { timeout: answerMs }).catch(() => ({
    stdout: "",
  }));
  return /^ffmpeg version \S+/.exec(stdout)?.[0];
}
