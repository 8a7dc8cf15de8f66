import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { extname, join } from "node:path";
import { memoryEnvironment } from "../../contracts/environment.ts";

// As it stands here, or compiled as in the package.
const entry = join(import.meta.dirname, `../../gpu-worker/main${extname(import.meta.filename)}`);

/** One worker process for each environment, until all have ended; a signal goes to each once, and all stop with this process. Answers the first exit code that is not 0. */
export async function runWorkers(
  environments: readonly NodeJS.ProcessEnv[],
  signal: AbortSignal,
): Promise<number> {
  const children = environments.map((env) =>
    // In a group of its own: Ctrl-C comes to a whole group, and then once more from here.
    spawn(process.execPath, [entry], {
      env: { ...memoryEnvironment, ...env },
      // Nothing is said over the channel: by its end a worker learns that this process was killed, and hands back what it works on.
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      detached: true,
    }),
  );
  const stop = () => {
    for (const child of children) child.kill("SIGTERM");
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const codes = await Promise.all(
    children.map(async (child) => {
      const [code, killedBy] = (await once(child, "exit")) as [
        number | null,
        NodeJS.Signals | null,
      ];
      return code ?? 128 + constants.signals[killedBy ?? "SIGKILL"];
    }),
  );
  signal.removeEventListener("abort", stop);
  return codes.find((code) => code !== 0) ?? 0;
}
