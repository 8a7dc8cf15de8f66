import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { sourceName } from "../../../gpu-worker/ffmpeg/input.ts";
import type { Tools } from "../../../gpu-worker/ffmpeg/find.ts";

const folders: string[] = [];
// Here and not where one is made: a hook that a running test adds is never called.
afterAll(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** A fresh folder that goes with the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "framequeue-test-"));
  folders.push(folder);
  return folder;
}

/** Makes a video with ffmpeg, and answers with the folder that holds it under the name that the worker gives it. */
export function clip(
  { ffmpeg }: Pick<Tools, "ffmpeg">,
  extension: string,
  ...args: string[]
): string {
  const folder = temporaryFolder();
  const made = join(folder, `made.${extension}`);
  execFileSync(ffmpeg.path, ["-v", "error", "-y", ...args, made], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...ffmpeg.environment },
  });
  renameSync(made, join(folder, sourceName));
  return folder;
}
