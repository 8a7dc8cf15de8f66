import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { forward } from "./forward.ts";

/** Why no network namespace can be made on this machine; undefined where it can. */
export function noNamespaces(): string | undefined {
  const { status, stderr, error } = spawnSync("unshare", ["-rn", "ip", "link", "set", "lo", "up"], {
    encoding: "utf8",
  });
  return status === 0 ? undefined : `no network namespace: ${error?.message ?? stderr.trim()}`;
}

/**
 * Networks without a way out, from which these ports of 127.0.0.1 alone are reached, under the same numbers: addresses
 * and signatures stay as they are. `folder` takes the sockets between inside and outside; its path has to be short.
 */
export async function isolatedNetwork(folder: string, ports: readonly number[]) {
  const ways = await Promise.all(ports.map((port) => forward(join(folder, `${port}.sock`), port)));
  return {
    run(command: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
      const inside = join(import.meta.dirname, "inside-main.ts");
      return spawn(
        "unshare",
        ["-rn", process.execPath, inside, folder, ports.join(","), ...command],
        { env, stdio: ["ignore", "pipe", "pipe"] },
      );
    },
    close() {
      for (const way of ways) way.close();
    },
  };
}
