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

/** ffmpeg and ffprobe at work in the folder of a worker that is not there any more. */
export const orphansOf = (scratch: string, isWorker: (pid: number) => boolean): Process[] =>
  processesAbout(scratch).filter(
    ({ command, parent }) => /ff(mpeg|probe)/.test(command) && !isWorker(parent),
  );
