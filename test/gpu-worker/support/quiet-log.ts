import { jsonLog, type Log } from "../../../gpu-worker/log.ts";

/** A log whose lines a test can look at. */
export function keptLog(): {
  log: Log;
  lines: { level: string; message: string; error?: string }[];
} {
  const lines: { level: string; message: string; error?: string }[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]);
  return { log: jsonLog({ level: "DEBUG", write, now: Date.now }), lines };
}
