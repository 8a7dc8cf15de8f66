import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run } from "../gpu-worker/ffmpeg/run.ts";
import { documentTypeOf } from "../gpu-worker/pipeline/publish/document-type.ts";
import { whyPreview } from "../gpu-worker/pipeline/publish/plays-in-browsers.ts";
import { checkClip, type Checked } from "../test/support/check-clip.ts";
import { ffmpegBuilds } from "../test/support/ffmpeg-builds.ts";
import { frameClips, type FrameClip } from "../test/support/frame-clips.ts";
import { decodedTimes } from "../test/support/frame-oracle.ts";
import { hasBrowser } from "../test/support/page.ts";
import { openWorld, type World } from "../test/support/page-world.ts";
import { checkInBrowser, type Shown } from "./frames/browser.ts";
import { checkSampling } from "./frames/sampling.ts";
import { printTable } from "./table.ts";

/**
 * Frame truth: clips with their number in the picture, one for every kind of video, through the worker's own probe and
 * decoder and through the page in a browser. Exits with 1 where a frame, a time, a colour or a box is wrong.
 */
const startedAt = performance.now();
const builds = await ffmpegBuilds();
const [[, best]] = builds;
const { stdout: encoders } = await run(best.ffmpeg, ["-hide_banner", "-encoders"], { seconds: 15 });
const has = (name: string) => encoders.includes(` ${name} `);

const only = process.argv[2];
const folder = await mkdtemp(join(tmpdir(), "framequeue-frames-"));
const world: World | undefined = hasBrowser ? await openWorld() : undefined;
const faults: string[] = [];

interface Row {
  readonly clip: FrameClip;
  readonly cells: string[];
}

const told = ({ video: { colour, firstField, rotation, mirrored, pixelAspectRatio } }: Checked) =>
  [
    firstField && `interlaced, ${firstField} field`,
    rotation > 0 && `${rotation}°`,
    mirrored && "mirrored",
    pixelAspectRatio !== 1 && `pixels ${pixelAspectRatio}:1`,
    colour.range,
    colour.matrix,
    colour.transfer !== colour.matrix && colour.transfer,
  ]
    .filter(Boolean)
    .join(", ");

function shownCells(
  clip: FrameClip,
  shown: Shown | undefined,
  /** Why the worker makes a preview of it, if it does. */
  preview: string | undefined,
): string[] {
  if (!shown) return ["no browser", ""];
  if (!shown.plays) {
    if (!preview) faults.push(`${clip.name}: the browser cannot play it, and it gets no preview`);
    return ["cannot play", ""];
  }
  faults.push(...shown.faults.map((fault) => `${clip.name}, in the browser: ${fault}`));
  return [`${shown.together} of ${shown.paused}`, `${shown.apart} (${shown.played} seen)`];
}

async function rowOf(clip: FrameClip): Promise<Row> {
  const missing = clip.needs.filter((name) => !has(name));
  if (missing.length > 0) return { clip, cells: [`skipped: no encoder ${missing.join()}`] };

  const path = join(folder, clip.file);
  await clip.make(best.ffmpeg, path);
  const oracle = await decodedTimes(best.ffprobe, path);
  const cells: string[] = [];
  let last: Checked | undefined;
  for (const [name, tools] of builds) {
    const checked = await checkClip(clip, path, tools, oracle);
    faults.push(...checked.faults.map((fault) => `${clip.name}, ${name}: ${fault}`));
    cells.push(`${checked.frames.length} of ${clip.frames}${checked.faults[0] ? " WRONG" : ""}`);
    last ??= checked;
  }
  // Chromium opens these and shows nothing of them, so that the worker makes a preview.
  const byPreview = last!.video.fieldsApart;
  const documentType = await documentTypeOf(path);
  const preview = whyPreview({ ...last!.video, documentType });
  const shown = world && !byPreview && (await checkInBrowser(world, clip, path, last!));
  const inBrowser = byPreview
    ? ["by its preview", ""]
    : shownCells(clip, shown || undefined, preview);
  return { clip, cells: [...cells, `±${last!.colourOff}`, told(last!), ...inBrowser] };
}

async function inTurns<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>) {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

const chosen = frameClips.filter(({ file }) => !only || file.includes(only));
const rows = await inTurns(chosen, 3, async (clip) => {
  try {
    return await rowOf(clip);
  } catch (error) {
    faults.push(`${clip.name}: ${String(error)}`);
    return { clip, cells: ["FAILED"] };
  }
});
printTable(
  "Every frame: its number is its index, its time is ffprobe's and the painter's, it stands upright in its own colours; in the page the boxes are the picture's",
  ["clip", ...builds.map(([name]) => name), "colours", "stated", "paused", "playing, frames apart"],
  rows.map(({ clip, cells }) => [`${clip.name} (${clip.file.split(".").at(-1)})`, ...cells]),
);

const sampled = [
  ["constant rate", "mjpeg.avi"],
  ["B-frames", "cfr.mp4"],
  ["variable rate", "vfr.mp4"],
] as const;
if (!only) {
  const cells = new Map<string, string[]>();
  const lanes = builds.flatMap(([build, tools]) =>
    sampled.map(([kind, file]) => ({ build, tools, kind, file })),
  );
  const answers = await inTurns(lanes, 2, ({ file, tools }) =>
    checkSampling(join(folder, file), tools),
  );
  for (const [at, answer] of answers.entries()) {
    const { kind, build } = lanes[at]!;
    for (const { mode, taken, fault } of answer) {
      if (fault) faults.push(`${mode}, ${kind}, ${build}: ${fault}`);
      cells.set(mode, [...(cells.get(mode) ?? []), fault ? "WRONG" : `${taken} exact`]);
    }
  }
  printTable(
    "Sampling: the frames that a mode means by ffprobe's times, and no other",
    ["mode", ...lanes.map(({ build, kind }) => `${kind}, ${build}`)],
    [...cells].map(([mode, row]) => [mode, ...row]),
  );
}

await world?.close();
await rm(folder, { recursive: true });
console.log(
  `\n${rows.length} clips in ${((performance.now() - startedAt) / 1000).toFixed(0)} s, ${faults.length} faults${hasBrowser ? "" : "; SKIPPED: no browser"}`,
);
for (const fault of faults) console.log(`- ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);
