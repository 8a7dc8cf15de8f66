import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifactNames } from "../../../contracts/artifact.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { run } from "../../ffmpeg/run.ts";
import { whyFailed } from "../../ffmpeg/why-failed.ts";
import { clockOf } from "../decode/timeline.ts";
import { displaySize } from "./display-size.ts";
import { thumbnailPictures, type PicturesRequest, type Thumbnail } from "./thumbnail-pictures.ts";
import { thumbnailPlan } from "./thumbnail-plan.ts";
import { webVtt } from "./webvtt.ts";

/** sprite.jpg and the file that says which part of it belongs to which time. */
export interface Sprite {
  readonly spritePath: string;
  readonly thumbnailsPath: string;
}

const columnsMax = 10;
const picturesName = "thumbnails.yuv";
/** JPEG qualities of ffmpeg, the best first: the next one is for pictures full of detail. */
const qualities = ["4", "8", "16"] as const;

/** Makes small pictures of the analysed range for a hover over its timeline; undefined where there are none. Throws where ffmpeg fails. */
export async function makeSprite(
  ffmpeg: Ffmpeg,
  request: Omit<PicturesRequest, "size">,
): Promise<Sprite | undefined> {
  const { folder, video, selection, signal } = request;
  const plan = thumbnailPlan(video, selection);
  if (!plan) return undefined;
  const size = displaySize(video, limits.thumbnailPixelsMax);
  const taken = await thumbnailPictures(ffmpeg, plan, { ...request, size });
  if (taken.length === 0) return undefined;

  const spritePath = await tiled(ffmpeg, taken, { folder, size, signal });
  const thumbnailsPath = join(folder, artifactNames.thumbnails);
  await writeFile(thumbnailsPath, webVtt(cuesOf(taken, { ...request, size })));
  return { spritePath, thumbnailsPath };
}

const columnsOf = (count: number) => Math.min(columnsMax, count);

/** Puts the pictures side by side, row by row, into one JPEG. */
async function tiled(
  ffmpeg: Ffmpeg,
  taken: readonly Thumbnail[],
  { folder, size, signal }: Pick<PicturesRequest, "folder" | "size" | "signal">,
): Promise<string> {
  const path = join(folder, artifactNames.sprite);
  const columns = columnsOf(taken.length);
  const grid = `tile=${columns}x${Math.ceil(taken.length / columns)}`;
  await writeFile(join(folder, picturesName), Buffer.concat(taken.map(({ bytes }) => bytes)));
  const raw = `-f rawvideo -pixel_format yuvj420p -video_size ${size.width}x${size.height}`;
  try {
    for (const quality of qualities) {
      const args = [
        ..."-hide_banner -nostdin -y -loglevel error -protocol_whitelist file".split(" "),
        ...raw.split(" "),
        "-i",
        `file:${picturesName}`,
        "-vf",
        grid,
        ..."-frames:v 1 -f mjpeg -q:v".split(" "),
        quality,
        `file:${artifactNames.sprite}`,
      ];
      const ran = await run(ffmpeg, args, {
        cwd: folder,
        writes: true,
        seconds: limits.stalledSeconds,
        signal,
      });
      if (ran.code !== 0) throw new Error(`ffmpeg, joining thumbnails, ${whyFailed(ran)}.`);
      if ((await stat(path)).size <= limits.spriteBytesMax) return path;
    }
    throw new Error(`Its thumbnails take more than ${limits.spriteBytesMax} bytes.`);
  } finally {
    await rm(join(folder, picturesName), { force: true });
  }
}

/** Each picture stands from its own time to the next one's; the first and the last reach to the ends of the range. */
function cuesOf(
  taken: readonly Thumbnail[],
  { video, selection, size: { width, height } }: PicturesRequest,
) {
  const { pts, endPts } = video.packets;
  const { fromPts, toPts } = selection;
  const clock = clockOf(video);
  const start = pts.find((time) => time >= fromPts) ?? taken[0]!.pts;
  const end = Math.min(endPts, toPts);
  const columns = columnsOf(taken.length);
  return taken.map((picture, at) => {
    const [x, y] = [(at % columns) * width, Math.floor(at / columns) * height];
    return {
      start: clock.secondsAt(at === 0 ? Math.min(start, picture.pts) : picture.pts),
      end: clock.secondsAt(taken[at + 1]?.pts ?? Math.max(end, picture.pts + 1)),
      text: `${artifactNames.sprite}#xywh=${x},${y},${width},${height}`,
    };
  });
}
