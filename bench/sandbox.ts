// What it costs that ffmpeg runs apart from the worker: npm run bench:sandbox
import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTools, type Ffmpeg } from "../gpu-worker/ffmpeg/find.ts";
import { hardened, input, sourceName } from "../gpu-worker/ffmpeg/input.ts";
import { run } from "../gpu-worker/ffmpeg/run.ts";
import { printTable } from "./table.ts";

const { ffmpeg: apart, sandbox } = await findTools({ environment: process.env });
if (!apart.sandbox) {
  console.log(`SKIPPED: ${sandbox}.`);
  process.exit(0);
}
const plain: Ffmpeg = { ...apart, sandbox: undefined };

const folder = mkdtempSync(join(tmpdir(), "framequeue-sandbox-"));
const made = join(folder, "made.mp4");
const source = ["-f", "lavfi", "-i", "testsrc2=d=20:s=1280x720:r=25", "-pix_fmt", "yuv420p"];
const encoder = "-c:v libx264 -preset veryfast".split(" ");
execFileSync(apart.path, ["-v", "error", "-nostdin", "-y", ...source, ...encoder, made], {
  env: apart.environment,
});
renameSync(made, join(folder, sourceName));

const decodes = ["-nostdin", "-v", "error", ...hardened, ...input, "-f", "null", "-"];
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Medians of both, taken by turns: another's work on the machine meets both alike. */
async function compared(
  args: readonly string[],
  rounds: number,
): Promise<{ plain: number; apart: number }> {
  const taken = { plain: [] as number[], apart: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    for (const [name, ffmpeg] of Object.entries({ plain, apart })) {
      const startedAt = performance.now();
      const { code, stderr } = await run(ffmpeg, args, { cwd: folder, seconds: 120 });
      if (code !== 0) throw new Error(stderr);
      taken[name as keyof typeof taken].push(performance.now() - startedAt);
    }
  }
  return { plain: median(taken.plain), apart: median(taken.apart) };
}

const start = await compared(["-version"], 31);
const decode = await compared(decodes, 7);
rmSync(folder, { recursive: true });

const row = (name: string, { plain, apart }: typeof start) => [
  name,
  `${plain.toFixed(1)} ms`,
  `${apart.toFixed(1)} ms`,
  (apart / plain).toFixed(3),
];
printTable(
  "What the sandbox costs, by turns",
  ["", "plain", sandbox, "ratio"],
  [row("one start", start), row("500 frames of 720p decoded", decode)],
);
