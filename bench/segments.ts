import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";

import { run } from "../gpu-worker/ffmpeg/run.ts";
import { inFolder } from "../test/support/check-clip.ts";
import { checkSegments, whyWhole, type CheckedCut } from "../test/support/check-segments.ts";
import { cutClips } from "../test/support/cut-clips.ts";
import { ffmpegBuilds } from "../test/support/ffmpeg-builds.ts";
import { frameClips } from "../test/support/frame-clips.ts";
import { printTable } from "./table.ts";

/**
 * Segments against the whole: every clip is decoded whole and cut in some ways, each segment by itself, by two builds of
 * ffmpeg. Exits with 1 where a frame, a time or a gap differs, or where a clip is cut that should not be, or the reverse.
 */
const startedAt = performance.now();
const seconds = () => (performance.now() - startedAt) / 1000;
const builds = await ffmpegBuilds();
const [[, best]] = builds;
const { stdout: encoders } = await run(best.ffmpeg, ["-hide_banner", "-encoders"], { seconds: 15 });
const has = (name: string) => encoders.includes(` ${name} `);

const only = process.argv[2];
const folder = await mkdtemp(join(tmpdir(), "framequeue-segments-"));
const faults: string[] = [];

interface Subject {
  readonly name: string;
  readonly file: string;
  readonly needs: readonly string[];
  readonly pieces: readonly number[];
  /** Why it is not cut, where that is known beforehand. */
  readonly undivided?: RegExp | undefined;
  /** The file, made now if need be. */
  readonly path: () => Promise<string>;
}

/** Of two key frames at most: one cut. What differs from others in its picture alone is left out. */
const ofFrames = frameClips.filter(
  ({ file }) => !/^(turned|sar|full|limited|untagged|sdr|hlg|422|444|rgb|odd|ten-bit)/.test(file),
);
const made = async (clip: { file: string; make: (typeof ofFrames)[0]["make"] }, kind: string) => {
  const path = join(folder, `${kind}-${clip.file}`);
  await clip.make(best.ffmpeg, path);
  return path;
};
const videos = join(import.meta.dirname, "../../shared/data/videos");
const real = existsSync(videos) ? readdirSync(videos).map((name) => join(videos, name)) : [];
/** Longer ones say nothing more and take minutes. */
const realOnes = real.filter((path) => !/exact_640|_yuv420p/.test(path));

const subjects: readonly Subject[] = [
  ...cutClips.map((clip) => ({
    ...clip,
    needs: [clip.needs],
    pieces: [2, 5],
    path: () => made(clip, "cut"),
  })),
  ...ofFrames.map((clip) => ({ ...clip, pieces: [2], path: () => made(clip, "frames") })),
  ...realOnes.map((path) => ({
    name: basename(path),
    file: basename(path),
    needs: [],
    pieces: [3],
    path: async () => path,
  })),
];

const cellOf = (checked: readonly CheckedCut[]): string =>
  checked
    .map(({ segments, astray, faults: wrong }) =>
      [`${segments}:`, wrong[0] ? "WRONG" : "exact", astray > 0 && `(${astray} astray)`]
        .filter(Boolean)
        .join(" "),
    )
    .join(", ");

async function rowOf({ name, file, needs, pieces, undivided, path }: Subject): Promise<string[]> {
  const label = name === file ? name : `${name} (${file})`;
  const missing = needs.filter((need) => !has(need));
  if (missing.length > 0) return [label, `skipped: no encoder ${missing.join()}`];
  const source = await path();
  const cells: string[] = [];
  let why: string | undefined;
  for (const [build, tools] of builds) {
    const [said, checked] = await inFolder(source, async (within) => [
      await whyWhole(within, tools, Math.max(...pieces)),
      await checkSegments(within, tools, {}, pieces),
    ]);
    why ??= said;
    for (const fault of checked.flatMap((each) => each.faults)) {
      faults.push(`${label}, ${build}: ${fault}`);
    }
    if (undivided && !undivided.test(said ?? "")) faults.push(`${label}, ${build} was cut`);
    if (!said && checked.some(({ astray }) => astray > 0)) {
      faults.push(`${label}, ${build}: seeks went astray, and the rehearsal had not seen it`);
    }
    cells.push(cellOf(checked));
  }
  return [label, ...cells, why ?? ""];
}

async function inTurns(): Promise<string[][]> {
  const chosen = subjects.filter(({ file }) => !only || file.includes(only));
  const rows: string[][] = [];
  let next = 0;
  const lane = async () => {
    while (next < chosen.length) {
      const at = next++;
      const subject = chosen[at]!;
      rows[at] = await rowOf(subject).catch((error: unknown) => {
        faults.push(`${subject.file}: ${String(error)}`);
        return [subject.name, "FAILED"];
      });
    }
  };
  await Promise.all([lane(), lane(), lane()]);
  return rows;
}

const rows = await inTurns();
await rm(folder, { recursive: true });
printTable(
  "Number of segments, and whether their frames (pixels, index, ticks, seconds) and gaps are those of the whole",
  ["clip", ...builds.map(([name]) => name), "stays in one piece because"],
  rows,
);
const skipped = rows.filter(([, cell]) => cell?.startsWith("skipped")).length;
console.log(
  `\n${rows.length} videos in ${seconds().toFixed(0)} s, ${skipped} skipped, ${faults.length} faults${real.length > 0 ? "" : "; SKIPPED: no real videos at hand"}`,
);
for (const fault of faults) console.log(`- ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);
