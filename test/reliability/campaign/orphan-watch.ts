import { orphansOf } from "./processes.ts";
import type { Violation } from "./watch.ts";

/** Looks again and again for ffmpeg without its worker; one that is seen twice in a row has outlived it. */
export function orphanWatch(
  scratch: string,
  workerPids: () => readonly (number | undefined)[],
  found: (violation: Violation) => void,
) {
  let suspects = new Set<number>();
  return (): void => {
    const workers = new Set(workerPids());
    const orphans = orphansOf(scratch, (pid) => workers.has(pid));
    for (const { pid, command } of orphans) {
      if (!suspects.has(pid)) continue;
      found({ jobId: "-", what: `outlived its worker: ${command.slice(0, 120)}` });
    }
    suspects = new Set(orphans.map(({ pid }) => pid));
  };
}
