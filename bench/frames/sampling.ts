import type { JobOptions, Sampling } from "../../contracts/pipeline.ts";
import type { Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { benchInput, inFolder, pixelsOf } from "../../test/support/check-clip.ts";
import { decodedTimes } from "../../test/support/frame-oracle.ts";
import { numberIn } from "../../test/support/numbered-picture.ts";
import { decoded } from "../../test/gpu-worker/support/decoded.ts";

interface Asked {
  readonly sampling?: Sampling;
  readonly range?: JobOptions["time_range"];
}

/** What a job may ask for. */
const modes: readonly (readonly [string, Asked])[] = [
  ["every", {}],
  ["stride 7", { sampling: { mode: "stride", stride: 7 } }],
  ["5 fps", { sampling: { mode: "fps", fps: 5 } }],
  ["10 fps", { sampling: { mode: "fps", fps: 10 } }],
  ["0.52 s to 1.4 s", { range: { start: 0.52, end: 1.4 } }],
  [
    "stride 3, 0.3 s to 1 s",
    { sampling: { mode: "stride", stride: 3 }, range: { start: 0.3, end: 1 } },
  ],
  ["4 fps, 0.3 s to 1.5 s", { sampling: { mode: "fps", fps: 4 }, range: { start: 0.3, end: 1.5 } }],
];

/** The frames that a mode means, from ffprobe's times alone. */
function meant({ sampling = { mode: "every" }, range }: Asked, times: readonly number[]): number[] {
  const half = 1e-6;
  const within = [...times.keys()].filter(
    (n) => !range || (times[n]! >= range.start - half && times[n]! < range.end - half),
  );
  if (sampling.mode === "every") return within;
  if (sampling.mode === "stride") return within.filter((n) => n % sampling.stride === 0);
  const cells = new Set<number>();
  return within.filter((n) => {
    const cell = Math.floor((times[n]! - times[within[0]!]!) * sampling.fps + 1e-4);
    if (cells.has(cell)) return false;
    cells.add(cell);
    return true;
  });
}

/** One cell per mode: how many frames were taken, or which should have been. */
export async function checkSampling(
  path: string,
  tools: Tools,
): Promise<{ mode: string; taken: number; fault: string | undefined }[]> {
  return inFolder(path, async (folder) => {
    const { video } = await decoded(folder, tools);
    const [above, below] = video.timeBase;
    const oracle = await decodedTimes(tools.ffprobe, path);
    const times = oracle.map((pts) => (pts! * above) / below - video.startTime);

    const rows = [];
    for (const [mode, asked] of modes) {
      const sampled = await decoded(folder, tools, { ...asked, input: benchInput });
      const { frames, gaps, placement } = sampled;
      const expected = meant(asked, times);
      const taken = frames.map(({ frameIndex }) => frameIndex);
      const ticks = frames.every(({ frameIndex, pts }) => pts === oracle[frameIndex]);
      const seen = frames.map(({ pixels }) => numberIn(pixelsOf(pixels, placement)));
      const isRight = (numbers: readonly number[]) => numbers.join() === expected.join();
      const same = ticks && gaps.length === 0 && isRight(taken) && isRight(seen);
      const fault = same
        ? undefined
        : `took ${taken.join()} and showed ${seen.join()} instead of ${expected.join()}`;
      rows.push({ mode, taken: taken.length, fault });
    }
    return rows;
  });
}
