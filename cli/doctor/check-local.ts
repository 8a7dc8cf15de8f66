import { findRunning, type Surroundings } from "../api-address.ts";
import type { Finding } from "./finding.ts";
import { ok, warning } from "./finding.ts";

/** Whether a system runs on this machine, by the file that it leaves while it does. */
export function checkLocal(surroundings: Surroundings): Finding {
  const running = findRunning(surroundings);
  if (!running) {
    const state = surroundings.environment["FRAMEQUEUE_STATE"] || ".framequeue";
    return ok("this machine", `no system runs here (${state}/running.json is not there)`);
  }
  const dead = running.processes.filter(({ pid }) => !isAlive(pid)).map(({ name }) => name);
  if (dead.length === 0) {
    return ok("this machine", `a system runs at ${running.api_url} (${running.path})`);
  }
  return warning(
    "this machine",
    `${running.path} names processes that are gone: ${dead.join(", ")}`,
    "Start it again with `framequeue up`.",
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
