import { buffer } from "node:stream/consumers";
import { RetryableError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { startChild } from "../../ffmpeg/child.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { hardened, input } from "../../ffmpeg/input.ts";
import type { Selection } from "../decode/selection.ts";
import { writeHlgTable } from "../decode/hlg-table.ts";
import { truePicture } from "../decode/true-picture.ts";
import type { Video } from "../probe/probe.ts";
import { stallWatch } from "../stall-watch.ts";
import { asJpeg } from "./as-jpeg.ts";
import type { ThumbnailPlan } from "./thumbnail-plan.ts";

/** A small picture: its own time in ticks, and its bytes as planar 4:2:0 in full range. */
export interface Thumbnail {
  readonly pts: number;
  readonly bytes: Uint8Array;
}

export interface PicturesRequest {
  readonly folder: string;
  readonly video: Video;
  readonly selection: Pick<Selection, "fromPts" | "toPts">;
  readonly size: { readonly width: number; readonly height: number };
  readonly signal: AbortSignal;
}

/** With its statistics, the only sign of life between two key frames that lie far apart in a large file. */
const telling = "-hide_banner -nostdin -stats -loglevel repeat+level+info".split(" ");
const frameLine = /\bn: *\d+ pts: *(-?\d+)\b/;

/** Takes the planned pictures; what cannot be decoded is left out. In order of time, no time twice. Throws where ffmpeg dies, hangs or takes too long: a part would stand for times that it does not show. */
export async function thumbnailPictures(
  ffmpeg: Ffmpeg,
  plan: ThumbnailPlan,
  request: PicturesRequest,
): Promise<Thumbnail[]> {
  const { signal, video } = request;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(limits.thumbnailSeconds * 1000)]);
  const taken = new Map<number, Thumbnail>();
  const take = async (args: Parameters<typeof pictures>[1]) => {
    for (const picture of await pictures(ffmpeg, args, { ...request, signal: limited })) {
      taken.set(picture.pts, picture);
    }
  };
  if (plan.mode === "seeks") {
    for (const pts of plan.pts) await take(atKeyFrame(pts, video));
  } else if (video.packets.counted) {
    await take(countedCellsOf(plan, request));
  } else {
    await take({ before: [], select: cellsOf(plan, request.selection), after: [] });
  }
  signal.throwIfAborted();
  // A packet without a time of its own gets one that ffmpeg guesses, of another where those between were not decoded.
  const known = new Set(video.packets.keys);
  return [...taken.values()].filter(({ pts }) => known.has(pts)).sort((a, b) => a.pts - b.pts);
}

/** The same where times are only counted: the decoder, which is given key frames alone, would count these; so their numbers say it. */
function countedCellsOf(
  { fromPts, cellTicks }: Extract<ThumbnailPlan, { mode: "pass" }>,
  { video, selection: { toPts } }: PicturesRequest,
) {
  const { keys } = video.packets;
  const cells = new Set<number>();
  const chosen = [...keys.keys()].filter((n) => {
    const cell = Math.floor((keys[n]! - fromPts) / cellTicks);
    if (keys[n]! < fromPts || keys[n]! >= toPts || cells.has(cell)) return false;
    cells.add(cell);
    return true;
  });
  return {
    before: [],
    select: chosen.map((n) => `eq(n,${n})`).join("+"),
    after: [],
    times: chosen.map((n) => keys[n]!),
  };
}

/** Of the frames that come, the first of each cell. */
function cellsOf(
  { fromPts, cellTicks }: Extract<ThumbnailPlan, { mode: "pass" }>,
  { toPts }: PicturesRequest["selection"],
): string {
  const cell = (name: string) => `floor((${name}-(${fromPts}))/${cellTicks})`;
  const isNext = `gt(${cell("pts")},${cell("prev_selected_pts")})`;
  const until = Number.isFinite(toPts) ? `*lt(pts,${toPts})` : "";
  return `gte(pts,${fromPts})${until}*(isnan(prev_selected_pts)+${isNext})`;
}

function atKeyFrame(pts: number, { timeBase: [above, below], packets: { counted } }: Video) {
  // A microsecond more: rounded down, it would lead to the key frame before.
  const seconds = ((pts * above) / below + 1e-6).toFixed(6);
  const seek = ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", seconds];
  // One thread gives its first frame at once; several want more packets first.
  const before = ["-threads", "1", ...(pts > 0 ? seek : [])];
  return { before, select: "1", after: ["-frames:v", "1"], ...(counted && { times: [pts] }) };
}

async function pictures(
  { passthrough, plainShowinfo, toneMapping, ...program }: Ffmpeg,
  {
    before,
    select,
    after,
    times: known,
  }: {
    before: readonly string[];
    select: string;
    after: readonly string[];
    /** Of the pictures that are selected, where these do not say them. */
    times?: readonly number[];
  },
  { folder, video, size: { width, height }, signal }: PicturesRequest,
): Promise<Thumbnail[]> {
  writeHlgTable(folder, video);
  const told: number[] = [];
  const filters = [
    `select='${select}'`,
    ...truePicture(video, { toneMapping }, { width, height }),
    ...asJpeg({ width, height }),
    plainShowinfo ? "showinfo=checksum=0" : "showinfo",
  ];
  const args = [
    ...telling,
    ...hardened,
    "-copyts",
    "-noautorotate",
    "-max_pixels",
    String(limits.framePixelsMax),
    // By the decoder alone: a demuxer of MP4 that leaves packets out gives the others the times of those.
    ..."-skip_frame nokey".split(" "),
    ...before,
    ...input,
    "-map",
    `0:${video.streamIndex}`,
    "-vf",
    filters.join(","),
    ...passthrough,
    ...after,
    ..."-f rawvideo -pix_fmt yuvj420p pipe:1".split(" "),
  ];
  const ended = new AbortController();
  const watch = stallWatch(limits.stalledSeconds, () => ended.abort());
  const child = startChild(program, args, {
    cwd: folder,
    signal: AbortSignal.any([signal, ended.signal]),
    inBackground: true,
    onLine(line) {
      watch.advanced();
      const pts = frameLine.exec(line)?.[1];
      if (pts !== undefined) told.push(Number(pts));
    },
  });
  const [all, { signal: endedBy }] = await Promise.all([
    buffer(child.stdout),
    child.exited,
  ]).finally(watch.end);
  if (endedBy) throw gaveUp(endedBy, { stalled: watch.stalled, late: signal.aborted });
  const times = known ?? told;
  const frameBytes = width * height * 1.5;
  const count = Math.min(times.length, Math.floor(all.length / frameBytes));
  return times
    .slice(0, count)
    .map((pts, at) => ({ pts, bytes: all.subarray(at * frameBytes, (at + 1) * frameBytes) }));
}

function gaveUp(
  endedBy: NodeJS.Signals,
  { stalled, late }: { stalled: boolean; late: boolean },
): RetryableError {
  if (stalled) {
    return new RetryableError(
      "DECODE_STALLED",
      `ffmpeg gave no sign for ${limits.stalledSeconds} s.`,
    );
  }
  const why = late ? `took more than ${limits.thumbnailSeconds} s` : `was ended by ${endedBy}`;
  return new RetryableError("DECODE_FAILED", `ffmpeg ${why}.`);
}
