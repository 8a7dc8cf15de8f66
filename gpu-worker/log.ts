const levels = { DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40 } as const;
export type LogLevel = keyof typeof levels;
type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  (level: LogLevel, message: string, fields?: Fields): void;
  /** The same log with these fields in every line. */
  with(fields: Fields): Log;
}

/** One JSON object per event. Addresses are cut out: a presigned one is a secret. */
export function jsonLog({
  level: lowest,
  write,
  now,
  fields: fixed = {},
}: {
  level: LogLevel;
  write: (line: string) => void;
  now: () => number;
  fields?: Fields;
}): Log {
  const log = (level: LogLevel, message: string, fields: Fields = {}): void => {
    if (levels[level] < levels[lowest]) return;
    const line = { time: new Date(now()).toISOString(), level, message, ...fixed, ...fields };
    write(`${JSON.stringify(line, (_, value: unknown) => withoutAddresses(value))}\n`);
  };
  return Object.assign(log, {
    with: (fields: Fields) =>
      jsonLog({ level: lowest, write, now, fields: { ...fixed, ...fields } }),
  });
}

const withoutAddresses = (value: unknown): unknown =>
  typeof value === "string" ? value.replace(/https?:\/\/\S+/g, "[address]") : value;

/** What an error says, whatever was thrown. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
