import { styleText } from "node:util";
import type { ProgressLine } from "./progress-line.ts";
import { progressLine } from "./progress-line.ts";

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Colour = "green" | "red" | "yellow" | "dim";

/** Data goes to stdout, words for people to stderr, so that a pipe gets nothing but data. */
export interface Output {
  data(text: string): void;
  json(value: unknown): void;
  /** Not said when `--quiet`. */
  words(...lines: (string | undefined)[]): void;
  /** Said in any case. */
  error(...lines: (string | undefined)[]): void;
  paint(colour: Colour, text: string): string;
  readonly progress: ProgressLine;
}

export interface OutputOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** Known only once the command line has been read. */
  readonly isQuiet: () => boolean;
}

export function createOutput({ stdout, stderr, environment, now, isQuiet }: OutputOptions): Output {
  const colours = Boolean(stdout.isTTY && stderr.isTTY && !environment["NO_COLOR"]);
  const isTerminal = Boolean(stderr.isTTY) && environment["TERM"] !== "dumb";
  const progress = progressLine({
    isTerminal,
    // A terminal that does not know its width says 0.
    columns: () => stderr.columns || 80,
    write(text) {
      if (!isQuiet()) stderr.write(text);
    },
    now,
  });

  function say(lines: readonly (string | undefined)[]): void {
    progress.end();
    for (const line of lines) if (line !== undefined) stderr.write(`${line}\n`);
  }

  const data = (text: string) => {
    progress.end();
    stdout.write(`${text}\n`);
  };
  return {
    data,
    json: (value) => data(JSON.stringify(value, undefined, 2)),
    words(...lines) {
      if (!isQuiet()) say(lines);
    },
    error(first, ...more) {
      say([`framequeue: ${first}`, ...more.map((line) => line && `  ${line}`)]);
    },
    paint: (colour, text) => (colours ? styleText(colour, text, { validateStream: false }) : text),
    progress,
  };
}
