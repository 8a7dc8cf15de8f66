import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { printTable } from "./table.ts";
import { expectedOf } from "./torture/abilities.ts";
import { expectations } from "./torture/expectations.ts";
import { mismatch, type Expected } from "./torture/expected.ts";
import { hostileMp4 } from "./torture/hostile-mp4.ts";
import { hostileOthers } from "./torture/hostile-others.ts";
import { withPeakMemory } from "./torture/peak-memory.ts";
import { see, type Seen } from "./torture/see.ts";

/**
 * Runs damaged and hostile files through the worker's own probe and decoder, holds what it makes of them against what
 * a person should be told, and fails where they differ or where a refusal costs more than 2 s or 200 MB.
 */
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    ffmpeg: { type: "string" },
    ffprobe: { type: "string" },
  },
});
const bars = { seconds: 2, mebibytes: 200, tries: 3 } as const;
const folder =
  process.env["FRAMEQUEUE_DATA"] ?? join(import.meta.dirname, "..", "..", "shared", "data");
const tools = await findTools({
  environment: process.env,
  // The children run in a folder of their own.
  ffmpegPath: values.ffmpeg ? resolve(values.ffmpeg) : process.env["FFMPEG_PATH"],
  ffprobePath: values.ffprobe ? resolve(values.ffprobe) : process.env["FFPROBE_PATH"],
});
console.log(`ffmpeg ${tools.ffmpeg.version}, ffprobe ${tools.ffprobe.version}`);
let faults = 0;

const said = (expected: Expected): string => {
  if (expected.verdict === "failed") return `failed ${expected.codes.join(" or ")}`;
  if (expected.verdict === "complete") return `complete ${expected.frames}`;
  return `partial ${expected.frames[0]}, without ${expected.lost.join("–")} s`;
};
const told = ({ verdict, code, frames, gaps }: Seen): string =>
  verdict === "failed"
    ? `failed ${code}`
    : `${verdict} ${frames}${gaps.map(({ start, end }) => `, ${start}–${end} s`).join("")}`;

/** One row; a refusal that was slow is tried again, for the machine may have been busy. */
async function row(name: string, path: string, expected: Expected): Promise<string[]> {
  const measured = () => withPeakMemory(() => see(path, tools));
  let [seen, mebibytes] = await measured();
  for (
    let tries = 1;
    tries < bars.tries && isRefusal(seen) && seen.seconds > bars.seconds;
    tries++
  ) {
    const [again, size] = await measured();
    if (again.seconds < seen.seconds) [seen, mebibytes] = [again, Math.max(size, mebibytes)];
  }
  const isDear = isRefusal(seen) && (seen.seconds > bars.seconds || mebibytes > bars.mebibytes);
  const fault = mismatch(expected, seen) || (isDear ? "costs too much" : "");
  if (fault) faults++;
  const size = isRefusal(seen) ? mebibytes.toFixed(0) : "";
  return [name, said(expected), told(seen), seen.seconds.toFixed(2), size, fault];
}
const isRefusal = ({ verdict }: Seen): boolean => verdict === "failed";
const columns = ["file", "expected", "seen", "seconds", "peak MB", "fault"];

if (existsSync(join(folder, "torture"))) {
  const expected = await expectedOf(tools.ffmpeg);
  const rows: string[][] = [];
  for (const each of expectations.filter(({ file }) => file.includes(values.only))) {
    rows.push(await row(each.file, join(folder, "torture", each.file), expected(each)));
  }
  printTable("Damaged and odd files", columns, rows);
} else {
  console.log("\nSkipped: damaged and odd files. Set FRAMEQUEUE_DATA to have them.");
}

const work = await mkdtemp(join(tmpdir(), "framequeue-hostile-"));
try {
  const still =
    "-v error -f lavfi -i testsrc=s=64x64:d=1 -frames:v 1 -pix_fmt yuvj420p -f image2pipe -c:v mjpeg pipe:1";
  const jpeg = execFileSync(tools.ffmpeg.path, still.split(" "), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const rows: string[][] = [];
  for (const { name, bytes, expected } of [...hostileMp4, ...hostileOthers(jpeg)]) {
    if (!name.includes(values.only)) continue;
    const path = join(work, "hostile");
    await writeFile(path, bytes());
    rows.push(await row(name, path, expected));
  }
  printTable("Hostile files", columns, rows);
} finally {
  await rm(work, { recursive: true, force: true });
}
console.log(faults === 0 ? "\nAll as expected." : `\n${faults} not as expected.`);
process.exitCode = faults === 0 ? 0 : 1;
