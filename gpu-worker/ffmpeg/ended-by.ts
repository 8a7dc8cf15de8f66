import { constants } from "node:os";

/** Signals that end a program for reasons of its own or of its limits. */
const fatal = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGSEGV",
  "SIGPIPE",
  "SIGTERM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
] as const;

/**
 * What ended a program inside bubblewrap, which answers 128 and the signal's number as shells do. A sandbox that was not
 * made counts as killed: it says nothing about the file.
 */
export function signalOf(
  code: number | null,
  words: readonly string[],
): NodeJS.Signals | undefined {
  if (code === 1 && words.some((line) => line.startsWith("bwrap: "))) return "SIGKILL";
  return fatal.find((name) => constants.signals[name] + 128 === code);
}
