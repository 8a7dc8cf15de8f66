import { artifactNames } from "../../../contracts/artifact.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { hardened, input } from "../../ffmpeg/input.ts";
import { decoderThreads } from "../decode/decoder-threads.ts";
import { mapsTones, truePicture } from "../decode/true-picture.ts";
import type { Video } from "../probe/probe.ts";
import { displaySize } from "./display-size.ts";
import type { Encoder } from "./h264-encoders.ts";
import { previewColours } from "./preview-colours.ts";

export interface PreviewPass {
  readonly video: Video;
  readonly encoder: Encoder;
  readonly sound: boolean;
  /** The frame that comes first, in the source's ticks: it is at 0 in the preview. */
  readonly firstPts: number;
  /** The first tick that is left out; infinite for the whole video. */
  readonly toPts: number;
  /** Key frame where reading begins, in ticks; undefined for the file's beginning. */
  readonly seekPts: number | undefined;
}

const telling = "-hide_banner -nostdin -nostats -y -loglevel repeat+level+info".split(" ");
const nothingElse = "-map_metadata -1 -map_chapters -1 -max_muxing_queue_size 9999".split(" ");
const aac = "-c:a aac -ac 2 -b:a 96k".split(" ");
/** Without edit lists: players differ in them, and the 2018 build's cut off a last frame that is a key frame. */
const mp4 = "-movflags +faststart -use_editlist 0 -f mp4".split(" ");

/** What AAC puts in front. As late as this, about 20 ms, no sound begins before 0, which only an edit list could say. */
const aacDelaySamples = 1024;

/** Finer than a microsecond is not said of any time here, and 32 bits of ticks are to last an hour between frames. */
const ticksPerSecondMax = 1_000_000;

/** A key frame at least once a second, so that seeking decodes little; by time, because frames may come unevenly. */
const keyFrames = "expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+0.9))";

/**
 * ffmpeg's arguments for preview.mp4: H.264 in 4:2:0 without B-frames, its index in front, square pixels, each frame
 * as far from the first as in the source. Frames whose time does not rise are left out: no player could show them.
 */
export function previewCommand(
  {
    passthrough,
    plainShowinfo,
    toneMapping,
  }: Pick<Ffmpeg, "passthrough" | "plainShowinfo" | "toneMapping">,
  { video, encoder, sound, firstPts, toPts, seekPts }: PreviewPass,
): string[] {
  const [above, below] = video.timeBase;
  const seconds = (pts: number) => ((pts * above) / below).toFixed(6);
  const isMapped = mapsTones(video, { toneMapping });
  const size = displaySize(video, limits[isMapped ? "mappedPreviewPixelsMax" : "previewPixelsMax"]);
  const colours = previewColours(video.colour, { isMapped });
  const isRange = Number.isFinite(toPts);
  const pictures = [
    plainShowinfo ? "showinfo=checksum=0" : "showinfo",
    ...(isRange ? [`trim=end_pts=${toPts}`] : []),
    `select='gte(pts,${firstPts})*(isnan(prev_selected_pts)+gt(pts,prev_selected_pts))'`,
    `setpts=PTS-(${firstPts})`,
    ...truePicture(video, { toneMapping }, size),
    [`scale=${size.width}:${size.height}:flags=bilinear:out_range=tv`, ...colours.scale].join(":"),
    "setsar=1",
    "format=yuv420p",
    ...colours.filters,
  ];
  const until = isRange ? `:end=${seconds(toPts)}` : "";
  const fromZero = `PTS-(${seconds(firstPts)})/TB`;
  const sounds = `atrim=start=${seconds(firstPts)}${until},asetpts=${fromZero}+${aacDelaySamples}`;
  const seek = ["-noaccurate_seek", "-seek_timestamp", "1", "-ss"];
  const isFine = below / above > ticksPerSecondMax;

  return [
    ...telling,
    ...hardened,
    "-copyts",
    "-noautorotate",
    "-max_pixels",
    String(limits.framePixelsMax),
    ...decoderThreads(video),
    ...(seekPts === undefined || seekPts <= 0 ? [] : [...seek, seconds(seekPts)]),
    ...input,
    "-map",
    `0:${video.streamIndex}`,
    "-vf",
    pictures.join(","),
    ...(sound ? ["-map", "0:a:0", "-af", sounds, ...aac] : []),
    // By default the encoder counts in frames of the average rate, which moves every uneven time.
    "-enc_time_base",
    isFine ? `1/${ticksPerSecondMax}` : `${above}/${below}`,
    "-video_track_timescale",
    String(isFine ? ticksPerSecondMax : below),
    ...passthrough,
    "-c:v",
    encoder.name,
    ...encoder.options,
    ...colours.options,
    ..."-bf 0 -force_key_frames".split(" "),
    keyFrames,
    ...nothingElse,
    ...mp4,
    `file:${artifactNames.preview}`,
  ];
}
