/** What the system says when the machine has run out of disk, memory, processes or file handles, or its disk is broken. */
const codes: ReadonlySet<unknown> = new Set([
  "EAGAIN",
  "EDQUOT",
  "EIO",
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "ENOSPC",
  "EROFS",
]);

/**
 * Whether an error is the machine's own fault. It says nothing of the video: another machine may well do it, and this one
 * would fail everything else that it takes, too.
 */
export const isMachineFault = (error: unknown): boolean =>
  error instanceof Error && "syscall" in error && "code" in error && codes.has(error.code);
