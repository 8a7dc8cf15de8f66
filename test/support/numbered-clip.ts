import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { path as ffmpeg } from "@ffmpeg-installer/ffmpeg";
import { path as ffprobe } from "@ffprobe-installer/ffprobe";
import { numberBits, numberCell } from "./numbered-picture.ts";

export interface NumberedClip {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
  /** Presentation time of each frame on the player's timeline, in seconds. */
  readonly t: readonly number[];
}

const [width, height] = [320, 180];
const numberSquarePixels = numberCell.width * width;
const square = (bit: string) => `if(eq(mod(floor(N/pow(2,${bit})),2),1),235,16)`;
const luma = `if(lt(Y,${numberSquarePixels})*lt(X,${numberBits * numberSquarePixels}),${square(`floor(X/${numberSquarePixels})`)},if(between(X,20+mod(N,200),60+mod(N,200))*between(Y,80,140),210,90))`;

/** Where the bright object of frame `n` is. */
export const objectBox = (n: number): [number, number, number, number] => [
  20 + (n % 200),
  80,
  61 + (n % 200),
  141,
];

/** Makes an H.264 clip with B-frames and every frame's number in its picture. */
export function makeNumberedClip({
  frames,
  variable = false,
  audio = false,
}: {
  frames: number;
  variable?: boolean;
  audio?: boolean;
}): NumberedClip {
  const path = join(mkdtempSync(join(tmpdir(), "framequeue-clip-")), "numbered.mp4");
  // Uneven on purpose, in ticks of 1/120 s: mostly 4, every 5th frame 12, every 7th 1.
  const rate = variable ? 120 : 30;
  const times = variable ? "setpts=4*N+8*floor(N/5)-3*floor(N/7)" : "null";
  const picture = `nullsrc=size=${width}x${height}:rate=${rate},geq=lum='${luma}':cb=128:cr=128`;
  const sound = audio ? ["-f", "lavfi", "-i", `sine=frequency=330:duration=${frames / 30}`] : [];
  execFileSync(
    ffmpeg,
    [
      ["-v", "error", "-nostdin", "-f", "lavfi", "-i", picture, ...sound],
      ["-vf", times, "-vsync", "passthrough", "-video_track_timescale", "90000"],
      ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "45", "-crf", "18"],
      ["-pix_fmt", "yuv420p", "-frames:v", String(frames), ...(audio ? ["-c:a", "aac"] : [])],
      ["-movflags", "+faststart", "-y", path],
    ].flat(),
  );

  const probe = (...asked: string[]) =>
    execFileSync(ffprobe, ["-v", "error", ...asked, "-of", "csv=p=0", path], { encoding: "utf8" })
      .split("\n")
      // Side data of the first frame prints a line of its own, with nothing in it.
      .filter((line) => /\d/.test(line));
  const [start, duration] = probe("-show_entries", "format=start_time,duration")[0]!
    .split(",")
    .map(Number);
  const seconds = probe(
    "-select_streams",
    "v",
    "-show_entries",
    "frame=best_effort_timestamp_time",
  );
  const t = seconds.map((time) => Number.parseFloat(time) - start!);
  return { path, width, height, durationSeconds: duration!, t };
}
