import { readdirSync, readFileSync } from "node:fs";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The processes of this machine whose command line names the folder (Linux). */
function processesAbout(folder: string): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        if (!command.includes(folder)) return [];
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        // A zombie has ended; it only waits to be counted.
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** The process that started it, or took it over; 0 of one that is not there any more. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

/** ffmpeg and ffprobe at work in the folder of a worker that is not there any more: between it and them a sandbox may stand. */
export function orphansOf(scratch: string, isWorker: (pid: number) => boolean): Process[] {
  const belongs = (pid: number): boolean => pid > 1 && (isWorker(pid) || belongs(parentOf(pid)));
  return processesAbout(scratch).filter(
    ({ command, parent }) => /ff(mpeg|probe)/.test(command) && !belongs(parent),
  );
}
