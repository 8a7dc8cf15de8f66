import { createInterface } from "node:readline/promises";
import { UsageError } from "./faults.ts";

interface Options {
  readonly signal: AbortSignal;
  /** Ctrl-C, which a terminal hands to whoever reads from it. */
  readonly onInterrupt: () => void;
}

/** Asks a person one question after the other on a terminal; rejects when the input ends or the signal aborts. */
export function askOn(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  { signal, onInterrupt }: Options,
): (question: string) => Promise<string> {
  return async (question) => {
    const terminal = createInterface({ input, output });
    const ended = new Promise<never>((_, reject) => {
      terminal.once("close", () => reject(new UsageError("No answer came.")));
    });
    // Not only while it is raced: closing it at the end rejects it too.
    ended.catch(() => undefined);
    terminal.once("SIGINT", onInterrupt);
    try {
      return await Promise.race([terminal.question(question, { signal }), ended]);
    } finally {
      terminal.close();
    }
  };
}
