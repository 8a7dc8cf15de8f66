import { spawn } from "node:child_process";

/** Runs on until its input ends, which it does with the worker, however that dies. Twice: what was just being started is seen a second later. */
const script = 'read -r end; for pause in 0 1; do sleep "$pause"; pkill -KILL -f -- "$1"; done';

/**
 * Sees to it that no child in the folder outlives this process, not even where it is killed while the child starts:
 * bubblewrap ties its program's life to ours only after all its preparations, some milliseconds in which nobody would
 * end it. Needs `sh` and `pkill` (procps); where they are not, as in the image, the container ends with its worker.
 *
 * @param folder Unique to this process and named in its children's arguments.
 */
export function endWhatIsLeft(folder: string): void {
  const keeper = spawn("/bin/sh", ["-c", script, "keeper", patternOf(folder)], {
    stdio: ["pipe", "ignore", "ignore"],
    // An interrupt from the terminal is for the worker, which may still have work to hand over.
    detached: true,
  });
  keeper.on("error", () => {});
  keeper.stdin.on("error", () => {});
  keeper.unref();
  (keeper.stdin as unknown as { unref: () => void }).unref();
}

/** Matches the folder's path, and not itself: the keeper's own arguments hold it. */
const patternOf = (folder: string): string =>
  `${folder}/`.replaceAll(/[^\w/]/g, (letter) =>
    letter === "^" || letter === "\\" ? `\\${letter}` : `[${letter}]`,
  );
