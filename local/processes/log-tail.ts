import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

/** The last lines of a log, for whoever asks why a process died. */
export function logTail(path: string, lines: number): string {
  if (!existsSync(path)) return "";
  return readFrom(path, -16 * 1024)
    .text.trimEnd()
    .split("\n")
    .slice(-lines)
    .join("\n");
}

/** Passes each new line on until it is disposed of. */
export function followLog(path: string, onLine: (line: string) => void): Disposable {
  let position = 0;
  let rest = "";
  const timer = setInterval(() => {
    if (!existsSync(path)) return;
    const { text, end } = readFrom(path, position);
    position = end;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  }, 200);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** From the position, or from so many bytes before the end where it is negative. */
function readFrom(path: string, position: number): { text: string; end: number } {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const start = position < 0 ? Math.max(0, size + position) : Math.min(position, size);
    const bytes = Buffer.alloc(size - start);
    readSync(file, bytes, 0, bytes.byteLength, start);
    return { text: bytes.toString("utf8"), end: size };
  } finally {
    closeSync(file);
  }
}
