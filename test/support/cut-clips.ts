import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Encoder } from "./frame-clips.ts";

const run = promisify(execFile);

/** A clip of 200 frames and some key frames, made to be cut. */
export interface CutClip {
  readonly name: string;
  /** Its file's name; the ending says the container. */
  readonly file: string;
  /** The encoder that making it takes. */
  readonly needs: string;
  /** Why it stays in one piece, where it does. */
  readonly undivided?: RegExp;
  readonly make: (ffmpeg: Encoder, path: string) => Promise<void>;
}

interface Recipe extends Omit<CutClip, "make" | "needs"> {
  readonly args: string;
}

const h264 = "-c:v libx264 -preset ultrafast -bf 2";
const closed = `${h264} -g 20`;
const open = "-c:v libx264 -preset fast -x264-params open-gop=1:keyint=20:bframes=8:b-adapt=0";
const hevc =
  "-c:v libx265 -preset ultrafast -x265-params log-level=error:keyint=20:bframes=4:open-gop=1";
const mpeg2 = "-c:v mpeg2video -bf 2 -g 12 -b:v 2M";
const vp9 = "-c:v libvpx-vp9 -deadline good -cpu-used 5 -b:v 300k -auto-alt-ref 1 -g 20";
const uneven = "-vf settb=1/120,setpts=4*N+8*floor(N/5)-3*floor(N/7) -enc_time_base 1/120";

const recipes: readonly Recipe[] = [
  { name: "H.264", file: "closed.mp4", args: closed },
  { name: "H.264", file: "closed.mkv", args: closed },
  { name: "H.264", file: "closed.ts", args: closed },
  { name: "H.264, open GOP, 8 B-frames", file: "open.mp4", args: open },
  { name: "H.264, open GOP, 8 B-frames", file: "open.mkv", args: open },
  { name: "H.264, open GOP, 8 B-frames", file: "open.ts", args: open },
  { name: "HEVC, open GOP", file: "hevc.mp4", args: hevc },
  { name: "HEVC, open GOP", file: "hevc.mkv", args: hevc },
  { name: "HEVC, open GOP", file: "hevc.ts", args: hevc },
  { name: "MPEG-2", file: "mpeg2.ts", args: mpeg2 },
  { name: "MPEG-2", file: "mpeg2.mkv", args: mpeg2 },
  { name: "MPEG-4", file: "mpeg4.mp4", args: "-c:v mpeg4 -bf 2 -g 12 -b:v 2M" },
  { name: "VP9, hidden frames", file: "vp9.webm", args: vp9 },
  { name: "VP9, hidden frames", file: "vp9.mp4", args: vp9 },
  { name: "ProRes", file: "prores.mov", args: "-c:v prores_ks -pix_fmt yuv422p10le" },
  { name: "Variable frame rate", file: "uneven.mp4", args: `${closed} ${uneven}` },
  { name: "Variable frame rate", file: "uneven.mkv", args: `${closed} ${uneven}` },
  { name: "Starts at 1,000 s", file: "late.mp4", args: `${closed} -output_ts_offset 1000` },
  { name: "Starts at 70,000 s", file: "late.mkv", args: `${closed} -output_ts_offset 70000` },
  { name: "Starts at 70,000 s", file: "late.ts", args: `${closed} -output_ts_offset 70000` },
  {
    name: "Negative composition times",
    file: "negative.mp4",
    args: `${closed} -movflags negative_cts_offsets -use_editlist 0`,
  },
  {
    name: "No edit list: starts late",
    file: "no-list.mp4",
    args: `${closed} -use_editlist 0`,
  },
  {
    name: "Fragmented",
    file: "fragmented.mp4",
    args: `${closed} -movflags frag_keyframe+empty_moov+default_base_moof`,
  },
  { name: "No index", file: "live.mkv", args: `${closed} -live 1` },
  {
    name: "Intra refresh: no key frame in full",
    file: "refresh.ts",
    args: "-c:v libx264 -preset ultrafast -x264-params intra-refresh=1:keyint=20",
    undivided: /A seek to/,
  },
  {
    name: "Times before zero",
    file: "before-zero.ts",
    args: `${closed} -output_ts_offset -3 -avoid_negative_ts disabled`,
    undivided: /33 bits/,
  },
  { name: "AVI", file: "counted.avi", args: closed, undivided: /in avi/ },
  { name: "FLV", file: "flash.flv", args: closed, undivided: /in flv/ },
  { name: "MPEG-PS", file: "program.mpg", args: mpeg2, undivided: /in mpeg/ },
  {
    name: "VP8",
    file: "vp8.webm",
    args: "-c:v libvpx -deadline realtime -cpu-used 8 -g 20",
    undivided: /Not every packet/,
  },
];

const words = (line: string): string[] => line.split(" ").filter(Boolean);
const source = words("-f lavfi -i testsrc2=d=8:s=96x64:r=25 -pix_fmt yuv420p");

/** One for every way in which a container or an encoder can make cutting hard. */
export const cutClips: readonly CutClip[] = recipes.map(({ args, ...clip }) => ({
  ...clip,
  needs: words(args)[words(args).indexOf("-c:v") + 1]!,
  async make({ path: ffmpeg, environment, passthrough }, path) {
    const all = ["-v", "error", "-y", ...source, ...words(args), ...passthrough, path];
    await run(ffmpeg, all, { env: { ...environment } });
  },
}));
