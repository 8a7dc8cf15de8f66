import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { FakeFramequeue } from "./fake-framequeue.ts";
import type { CliOptions, CliRun } from "./run-cli.ts";
import { runCli } from "./run-cli.ts";

/** A fake system, an empty folder and the command that is typed in it. */
export async function cliWorld() {
  const system = new FakeFramequeue();
  const stop = await system.start();
  const folder = await mkdtemp(join(tmpdir(), "framequeue-cli-"));
  onTestFinished(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  return {
    system,
    folder,
    cli: (commandLine: readonly string[], options: Partial<CliOptions> = {}): Promise<CliRun> =>
      runCli(commandLine, {
        folder,
        ...options,
        environment: { FRAMEQUEUE_API: system.apiUrl, ...options.environment },
      }),

    /** A file whose every byte can be told from its neighbours. */
    writeVideo: async (name: string, sizeBytes: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(sizeBytes);
      for (let at = 0; at < sizeBytes; at++) bytes[at] = (at * 31 + (at >> 8) * 17) & 255;
      await writeFile(join(folder, name), bytes);
      return bytes;
    },
  };
}
