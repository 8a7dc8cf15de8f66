import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Ffmpeg } from "../../gpu-worker/ffmpeg/find.ts";
import { asHdr } from "./hdr-picture.ts";
import { fieldPictures } from "./field-pictures.ts";
import { paint, type PictureSize } from "./numbered-picture.ts";
import { turnPicture } from "./patch-container.ts";

/** The ffmpeg that makes the clips. */
export type Encoder = Pick<Ffmpeg, "path" | "environment" | "passthrough">;

/** A clip with every frame's number in its picture, and what is true of it. */
export interface FrameClip {
  readonly name: string;
  /** Its file's name; the ending says the container. */
  readonly file: string;
  /** Encoders that making it takes. */
  readonly needs: readonly string[];
  readonly size: PictureSize;
  readonly frames: number;
  readonly packets: number;
  /** Seconds of each frame from the first one. */
  readonly seconds: (index: number) => number;
  /** How far times may be from that: what the container's ticks round. */
  readonly tickSeconds: number;
  /** The number in the first frame that is shown. */
  readonly firstNumber: number;
  readonly facts: {
    readonly rotation: 0 | 90 | 180 | 270;
    readonly mirrored: boolean;
    readonly pixelAspectRatio: number;
    readonly interlaced: boolean;
    readonly hdr: boolean;
  };
  /** Steps of 0–255 that the patches may be off. */
  readonly colourTolerance: number;
  readonly make: (ffmpeg: Encoder, path: string) => Promise<void>;
}

/** What a file says of its colours, in ffmpeg's names. */
interface Tags {
  readonly matrix: string;
  readonly transfer: string;
  readonly primaries: string;
  readonly range: string;
}

interface Recipe {
  readonly name: string;
  readonly file: string;
  readonly encoder: string;
  readonly args?: string;
  readonly filter?: string;
  readonly pixelFormat?: string;
  readonly size?: PictureSize;
  /** Of the painted pictures, before a filter gives them other times. */
  readonly rate?: number;
  readonly frames?: number;
  /** By default one for each frame. */
  readonly packets?: number;
  readonly matrix?: "bt601" | "bt709" | "bt2020";
  readonly range?: "tv" | "pc";
  readonly hdr?: "pq" | "hlg";
  /** Without, the file says nothing of its colours. */
  readonly tags?: Tags;
  readonly woven?: "top" | "bottom";
  readonly extraInputs?: string;
  readonly tickSeconds?: number;
  readonly seconds?: (index: number) => number;
  readonly firstNumber?: number;
  readonly facts?: Partial<FrameClip["facts"]>;
  readonly colourTolerance?: number;
  /** Steps after encoding: each makes `path` anew, or changes it. */
  readonly after?: (ffmpeg: Encoder, path: string) => Promise<void> | void;
}

const usualSize = { width: 160, height: 96 };
const words = (line: string): string[] => line.split(" ").filter(Boolean);

/** Runs ffmpeg with bytes on its standard input. */
async function runFfmpeg(
  { path, environment }: Encoder,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(0),
): Promise<void> {
  const child = spawn(path, ["-v", "error", "-y", ...args], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...environment },
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [complaints, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`ffmpeg ${args.join(" ")}: ${complaints.trim()}`);
}

/** Each field a picture and a packet of its own, in a file that need not say so. */
async function asFieldPictures(ffmpeg: Encoder, path: string): Promise<void> {
  const raw = `${path}.yuv`;
  await runFfmpeg(ffmpeg, ["-i", path, ...words("-pix_fmt yuv420p -f rawvideo"), raw]);
  const stream = fieldPictures(readFileSync(raw), usualSize);
  rmSync(raw);
  await runFfmpeg(ffmpeg, [...words("-r 50 -f h264 -i pipe:0 -c copy"), path], stream);
}

/** Uneven on purpose, in ticks of 1/120 s: mostly 4, every 5th frame 12, every 7th 1. */
const unevenTicks = (n: number): number => 4 * n + 8 * Math.floor(n / 5) - 3 * Math.floor(n / 7);
const unevenly = {
  rate: 120,
  filter: "setpts=4*N+8*floor(N/5)-3*floor(N/7)",
  seconds: (n: number) => unevenTicks(n) / 120,
};

const tagged = (matrix: string, transfer = matrix, primaries = matrix, range = "tv"): Tags => ({
  matrix,
  transfer,
  primaries,
  range,
});
const untold = tagged("unknown", "unknown", "unknown", "unknown");

/** The encoder's options until ffmpeg 7; since then it takes them from the frames. */
const tagOptions = ({ matrix, transfer, primaries, range }: Tags) =>
  `-colorspace ${matrix} -color_trc ${transfer} -color_primaries ${primaries} -color_range ${range}`;
const tagFilter = ({ matrix, transfer, primaries, range }: Tags) =>
  `setparams=colorspace=${matrix}:color_trc=${transfer}:color_primaries=${primaries}:range=${range}`;

function clipOf(recipe: Recipe): FrameClip {
  const { hdr, matrix = "bt601", range = "tv", frames = 50, size = usualSize } = recipe;
  const pixelFormat = recipe.pixelFormat ?? "yuv420p";
  const isRgb = /^(gbr|rgb|bgr|pal)/.test(pixelFormat);
  const { tags = isRgb || pixelFormat.startsWith("yuvj") ? undefined : untold } = recipe;
  return {
    name: recipe.name,
    file: recipe.file,
    needs: [recipe.encoder],
    size,
    frames,
    packets: recipe.packets ?? frames,
    seconds: recipe.seconds ?? ((index) => index / 25),
    tickSeconds: recipe.tickSeconds ?? 1e-6,
    firstNumber: recipe.firstNumber ?? 0,
    facts: {
      rotation: 0,
      mirrored: false,
      pixelAspectRatio: 1,
      interlaced: false,
      hdr: hdr !== undefined,
      ...recipe.facts,
    },
    colourTolerance: recipe.colourTolerance ?? 5,
    async make(ffmpeg, path) {
      const { firstNumber = 0 } = recipe;
      const pictures = Array.from({ length: frames + firstNumber }, (_, number) => {
        const picture = paint(number, size, recipe.woven);
        return hdr ? asHdr(picture, hdr) : picture;
      });
      const convert = `scale=flags=lanczos+accurate_rnd+full_chroma_int:out_color_matrix=${matrix}:out_range=${range}`;
      const filters = [
        recipe.filter,
        isRgb ? undefined : convert,
        `format=${pixelFormat}`,
        tags && tagFilter(tags),
      ];
      const raw = `-f rawvideo -pix_fmt ${hdr ? "rgb48le" : "rgb24"} -s ${size.width}x${size.height} -r ${recipe.rate ?? 25}`;
      await runFfmpeg(
        ffmpeg,
        [
          ...words(raw),
          "-i",
          "pipe:0",
          ...words(recipe.extraInputs ?? ""),
          "-vf",
          filters.filter(Boolean).join(","),
          ...ffmpeg.passthrough,
          ...words(`-enc_time_base 1/${recipe.rate ?? 25}`),
          "-c:v",
          recipe.encoder,
          ...words(recipe.args ?? ""),
          ...words(recipe.tags ? tagOptions(recipe.tags) : ""),
          path,
        ],
        Buffer.concat(pictures),
      );
      await recipe.after?.(ffmpeg, path);
    },
  };
}

const h264 = "-preset ultrafast -crf 10 -g 25 -bf 2";

/** Makes another file of the one at `path` and puts it there. */
async function again(ffmpeg: Encoder, path: string, before: string, after: string): Promise<void> {
  const dot = path.lastIndexOf(".");
  const other = `${path.slice(0, dot)}-again${path.slice(dot)}`;
  await runFfmpeg(ffmpeg, [...words(before), "-i", path, ...words(after), other]);
  writeFileSync(path, readFileSync(other));
}

const turned = (degrees: 0 | 90 | 180 | 270, mirrored: boolean): Recipe => {
  const back = {
    0: [],
    90: ["transpose=cclock"],
    180: ["hflip", "vflip"],
    270: ["transpose=clock"],
  };
  const filter = [...(mirrored ? ["hflip"] : []), ...back[degrees]].join(",");
  return {
    name: `Rotated ${degrees}°${mirrored ? ", mirrored" : ""}`,
    file: `turned-${degrees}${mirrored ? "-mirrored" : ""}.mp4`,
    encoder: "libx264",
    args: h264,
    ...(filter && { filter }),
    facts: { rotation: degrees, mirrored },
    after: (_, path) => turnPicture(path, degrees, mirrored),
  };
};

const millisecond = 0.0006;
const audio = "-f lavfi -i sine=frequency=330:duration=2";

const recipes: readonly Recipe[] = [
  { name: "H.264, B-frames", file: "cfr.mp4", encoder: "libx264", args: h264 },
  {
    name: "Variable frame rate, MP4",
    file: "vfr.mp4",
    encoder: "libx264",
    args: `${h264} -video_track_timescale 90000`,
    ...unevenly,
    tickSeconds: 1e-5,
  },
  {
    name: "Variable frame rate, MKV",
    file: "vfr.mkv",
    encoder: "libx264",
    args: h264,
    ...unevenly,
    tickSeconds: millisecond,
  },
  {
    name: "Edit list cuts into a GOP",
    file: "cut.mp4",
    encoder: "libx264",
    args: h264,
    firstNumber: 13,
    after: (ffmpeg, path) => again(ffmpeg, path, "-ss 0.52", "-c copy"),
  },
  {
    name: "Edit list delays the picture",
    file: "late.mp4",
    encoder: "libx264",
    extraInputs: audio,
    args: `${h264} -c:a aac`,
    after: (ffmpeg, path) =>
      again(ffmpeg, path, `-i ${path} -itsoffset 0.48`, "-map 0:a -map 1:v -c copy"),
  },
  {
    name: "First time above zero, no edit list",
    file: "no-editlist.mp4",
    encoder: "libx264",
    args: `${h264} -use_editlist 0`,
  },
  {
    name: "First time 10 s, MKV",
    file: "ten.mkv",
    encoder: "libx264",
    args: `${h264} -output_ts_offset 10`,
    tickSeconds: millisecond,
  },
  ...([0, 90, 180, 270] as const).flatMap((degrees) =>
    [false, true].map((mirrored) => turned(degrees, mirrored)),
  ),
  {
    name: "Pixels 2:1",
    file: "sar.mp4",
    encoder: "libx264",
    args: h264,
    filter: "setsar=2",
    facts: { pixelAspectRatio: 2 },
  },
  {
    ...turned(90, false),
    name: "Pixels 2:1, rotated 90°",
    file: "sar-90.mp4",
    filter: "transpose=cclock,setsar=2",
    facts: { rotation: 90, pixelAspectRatio: 0.5 },
  },
  {
    name: "Interlaced H.264",
    file: "interlaced.mp4",
    encoder: "libx264",
    args: `${h264} -flags +ilme+ildct -x264opts tff=1`,
    filter: "setfield=tff",
    woven: "top",
    facts: { interlaced: true },
  },
  {
    name: "Interlaced H.264, bottom field first, MKV",
    file: "interlaced.mkv",
    encoder: "libx264",
    args: `${h264} -flags +ilme+ildct -x264opts bff=1`,
    filter: "setfield=bff",
    woven: "bottom",
    facts: { interlaced: true },
    tickSeconds: millisecond,
  },
  ...(["ts", "mp4"] as const).map((ending): Recipe => ({
    name: `Fields as pictures (PAFF), ${ending.toUpperCase()}`,
    file: `fields.${ending}`,
    encoder: "libx264",
    args: `${h264} -flags +ilme+ildct -x264opts tff=1`,
    filter: "setfield=tff",
    woven: "top",
    facts: { interlaced: true },
    packets: 100,
    after: asFieldPictures,
  })),
  {
    name: "Interlaced MPEG-2, PS",
    file: "interlaced.mpg",
    encoder: "mpeg2video",
    args: "-qscale:v 1 -bf 2 -g 12 -flags +ilme+ildct",
    filter: "setfield=tff",
    woven: "top",
    facts: { interlaced: true },
    tickSeconds: 2e-5,
  },
  {
    name: "H.264 10 bit",
    file: "ten-bit.mp4",
    encoder: "libx264",
    args: h264,
    pixelFormat: "yuv420p10le",
  },
  {
    name: "H.264 4:2:2",
    file: "422.mp4",
    encoder: "libx264",
    args: h264,
    pixelFormat: "yuv422p",
  },
  {
    name: "H.264 4:4:4",
    file: "444.mp4",
    encoder: "libx264",
    args: h264,
    pixelFormat: "yuv444p",
  },
  {
    name: "H.264 RGB",
    file: "rgb.mp4",
    encoder: "libx264rgb",
    args: h264,
    pixelFormat: "rgb24",
  },
  {
    name: "HDR, PQ (HEVC)",
    file: "pq.mp4",
    encoder: "libx265",
    pixelFormat: "yuv420p10le",
    hdr: "pq",
    matrix: "bt2020",
    args: `-preset ultrafast -crf 8 -x265-params log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited`,
    colourTolerance: 8,
  },
  {
    name: "HDR, HLG (H.264)",
    file: "hlg.mp4",
    encoder: "libx264",
    pixelFormat: "yuv420p10le",
    hdr: "hlg",
    matrix: "bt2020",
    args: h264,
    tags: tagged("bt2020nc", "arib-std-b67", "bt2020"),
    colourTolerance: 3,
  },
  {
    name: "HDR, PQ, odd size (VP9)",
    file: "pq-odd.webm",
    encoder: "libvpx-vp9",
    size: { width: 161, height: 97 },
    pixelFormat: "yuv420p10le",
    hdr: "pq",
    matrix: "bt2020",
    args: "-deadline realtime -cpu-used 8 -crf 10 -b:v 0",
    tags: tagged("bt2020nc", "smpte2084", "bt2020"),
    tickSeconds: millisecond,
    colourTolerance: 8,
  },
  {
    name: "Full range, BT.709",
    file: "full-709.mp4",
    encoder: "libx264",
    matrix: "bt709",
    range: "pc",
    pixelFormat: "yuvj420p",
    args: h264,
    tags: tagged("bt709", "bt709", "bt709", "pc"),
  },
  {
    name: "Full range, 10 bit",
    file: "full-10.mp4",
    encoder: "libx264",
    matrix: "bt709",
    range: "pc",
    pixelFormat: "yuv420p10le",
    args: h264,
    tags: tagged("bt709", "bt709", "bt709", "pc"),
  },
  {
    name: "Limited range, BT.709",
    file: "limited-709.mp4",
    encoder: "libx264",
    matrix: "bt709",
    args: h264,
    tags: tagged("bt709"),
  },
  {
    name: "Limited range, BT.601 (tagged)",
    file: "limited-601.mp4",
    encoder: "libx264",
    args: h264,
    tags: tagged("smpte170m"),
  },
  {
    name: "BT.2020 matrix, SDR",
    file: "sdr-2020.mp4",
    encoder: "libx264",
    matrix: "bt2020",
    pixelFormat: "yuv420p10le",
    args: h264,
    tags: tagged("bt2020nc", "bt2020-10", "bt709"),
  },
  {
    name: "BT.709 without tags, taken as BT.601",
    file: "untagged-709.mp4",
    encoder: "libx264",
    matrix: "bt709",
    args: h264,
    colourTolerance: 14,
  },
  {
    name: "720p without colour tags",
    file: "untagged-720.mp4",
    encoder: "libx264",
    size: { width: 1280, height: 720 },
    frames: 12,
    args: h264,
  },
  {
    name: "Odd size, VP9",
    file: "odd.webm",
    encoder: "libvpx-vp9",
    size: { width: 161, height: 97 },
    args: "-deadline realtime -cpu-used 8 -crf 10 -b:v 0",
    tickSeconds: millisecond,
  },
  {
    name: "Odd size, H.264 4:4:4",
    file: "odd.mp4",
    encoder: "libx264",
    size: { width: 161, height: 97 },
    pixelFormat: "yuv444p",
    args: h264,
  },
  {
    name: "Size changes in mid-stream, TS",
    file: "resize.ts",
    encoder: "libx264",
    args: h264,
    tickSeconds: 2e-5,
    after: async (ffmpeg, path) => {
      const halves = ["select=lt(n\\,25)", "select=gte(n\\,25),scale=128:96:flags=lanczos"];
      const parts = await Promise.all(
        halves.map(async (filter, at) => {
          const part = path.replace(".ts", `-${at}.ts`);
          // The second follows the first, less what the muxer adds for its B-frames.
          const encode = [...words(`-c:v libx264 ${h264} -output_ts_offset ${at * 0.08}`), part];
          await runFfmpeg(ffmpeg, ["-i", path, "-vf", filter, ...ffmpeg.passthrough, ...encode]);
          return readFileSync(part);
        }),
      );
      writeFileSync(path, Buffer.concat(parts));
    },
  },
  {
    name: "Many streams, MKV",
    file: "many.mkv",
    encoder: "libx264",
    extraInputs: `${audio} -f lavfi -i testsrc=d=2:s=64x64:r=10`,
    args: `${h264} -map 1 -map 0 -map 2 -map 1 -c:a aac -t 2`,
    tickSeconds: millisecond,
  },
  {
    name: "Sound starts before the picture, MP4",
    file: "sound.mp4",
    encoder: "libx264",
    extraInputs: audio,
    args: `${h264} -c:a aac`,
    tickSeconds: 1e-5,
  },
  {
    name: "Fragmented MP4",
    file: "fragmented.mp4",
    encoder: "libx264",
    args: `${h264} -movflags frag_keyframe+empty_moov+default_base_moof`,
  },
  {
    name: "MPEG-TS, times wrap",
    file: "wrap.ts",
    encoder: "libx264",
    args: `${h264} -output_ts_offset 95441.3`,
    tickSeconds: 2e-5,
  },
  {
    name: "MKV without durations",
    file: "live.mkv",
    encoder: "libx264",
    args: `${h264} -f matroska -live 1`,
    tickSeconds: millisecond,
  },
  {
    name: "AVI, MPEG-4 with B-frames",
    file: "mpeg4.avi",
    encoder: "mpeg4",
    args: "-qscale:v 1 -bf 2 -g 25",
  },
  {
    name: "AVI, H.264 with B-frames",
    file: "h264.avi",
    encoder: "libx264",
    args: h264,
  },
  {
    name: "AVI, Motion JPEG",
    file: "mjpeg.avi",
    encoder: "mjpeg",
    pixelFormat: "yuvj420p",
    range: "pc",
    args: "-qscale:v 2",
  },
  {
    name: "WebM, VP8 with hidden frames",
    file: "vp8.webm",
    encoder: "libvpx",
    args: "-qscale:v 1 -b:v 4M -crf 4 -g 25",
    tickSeconds: millisecond,
    after: async (ffmpeg, path) => {
      // Frames that are never shown come of two passes only.
      const master = path.replace(".webm", "-master.webm");
      writeFileSync(master, readFileSync(path));
      const how = `-c:v libvpx -deadline good -cpu-used 5 -b:v 1M -auto-alt-ref 1 -lag-in-frames 16 -passlogfile ${path}`;
      for (const pass of [1, 2]) {
        await runFfmpeg(ffmpeg, words(`-i ${master} ${how} -pass ${pass} ${path}`));
      }
    },
  },
  {
    name: "WebM, VP9 with hidden frames",
    file: "vp9.webm",
    encoder: "libvpx-vp9",
    args: "-deadline good -cpu-used 5 -crf 10 -b:v 0 -auto-alt-ref 1 -lag-in-frames 16 -g 25",
    tickSeconds: millisecond,
  },
  {
    name: "WebM, AV1",
    file: "av1.webm",
    encoder: "libaom-av1",
    frames: 20,
    args: "-cpu-used 8 -crf 10 -b:v 0 -g 25 -strict experimental",
    tickSeconds: millisecond,
  },
  {
    name: "HEVC, B-frames, open GOP",
    file: "hevc.mp4",
    encoder: "libx265",
    args: "-preset ultrafast -crf 10 -x265-params log-level=error:bframes=3:keyint=12:open-gop=1 -tag:v hvc1",
  },
  {
    name: "MPEG-2, TS",
    file: "mpeg2.ts",
    encoder: "mpeg2video",
    args: "-qscale:v 1 -bf 2 -g 12",
    tickSeconds: 2e-5,
  },
  {
    name: "ProRes 4:2:2 10 bit, MOV",
    file: "prores.mov",
    encoder: "prores_ks",
    pixelFormat: "yuv422p10le",
    args: "-profile:v 3",
  },
  { name: "FLV", file: "flash.flv", encoder: "libx264", args: h264, tickSeconds: millisecond },
  {
    name: "GIF",
    file: "animated.gif",
    encoder: "gif",
    pixelFormat: "pal8",
    filter: "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none",
    tickSeconds: 0.006,
  },
];

/** A clip for every kind of video that a person may have. */
export const frameClips: readonly FrameClip[] = recipes.map(clipOf);
