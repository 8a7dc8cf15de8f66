/** The command was asked for in a way that makes no sense. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly hint: string | undefined;

  constructor(message: string, { hint, cause }: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.hint = hint;
  }
}

/** Something that the person can mend, said with how. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly hint: string | undefined;

  constructor(message: string, { hint, cause }: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.hint = hint;
  }
}

/** Ctrl-C, or the system's request to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly signal: "SIGINT" | "SIGTERM";

  constructor(signal: Interrupted["signal"]) {
    super(`Stopped by ${signal}.`);
    this.signal = signal;
  }
}

/** `--timeout` is over. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
}
