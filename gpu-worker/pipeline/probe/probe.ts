import { open } from "node:fs/promises";
import { join } from "node:path";
import { PermanentError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Program } from "../../ffmpeg/child.ts";
import { sourceName } from "../../ffmpeg/input.ts";
import type { ProbeContext } from "./context.ts";
import { readPackets, type PacketTable } from "./packets.ts";
import { colourOf, type Colour } from "./colour.ts";
import { firstFieldOf } from "./first-field.ts";
import { orientationOf, type Orientation } from "./orientation.ts";
import { sniff, sniffBytes } from "./sniff.ts";
import { beyond, readContainer, videoStreamOf, type Container, type Stream } from "./streams.ts";

/** What is known of a video before its first frame is decoded. */
export interface Video extends Orientation {
  readonly container: string;
  readonly streamIndex: number;
  readonly codec: string;
  readonly pixelFormat: string;
  /** Pixels as displayed: rotation applied, pixels as they are; their ratio is of the displayed picture, too. */
  readonly width: number;
  readonly height: number;
  readonly pixelAspectRatio: number;
  /** Of an interlaced video: the field of a frame that was taken at the frame's time. */
  readonly firstField: "top" | "bottom" | undefined;
  readonly colour: Colour;
  /** Seconds per tick, as a fraction. */
  readonly timeBase: readonly [number, number];
  /** The container's start in seconds. */
  readonly startTime: number;
  readonly durationSeconds: number | undefined;
  /** What the headers say of this stream's length, in seconds from the container's start. */
  readonly declaredEndSeconds: number | undefined;
  readonly hasAudio: boolean;
  /** Of the first sound, where there is one. */
  readonly audioCodec: string | undefined;
  readonly packets: PacketTable;
}

/** Stage 1 of 5: says what the video is, and refuses in seconds what can not be analysed. */
export async function probe(ffprobe: Program, context: ProbeContext): Promise<Video> {
  sniff(await headOf(join(context.folder, sourceName)));

  const container = await readContainer(ffprobe, context);
  const stream = videoStreamOf(container);
  const orientation = orientationOf(stream) ?? { rotation: 0, mirrored: false };
  const onItsSide = orientation.rotation % 180 !== 0;
  const { width, height } = checkedSize(stream, onItsSide);
  const ratio = ratioOf(stream.sample_aspect_ratio, ":") ?? 1;
  const startTime = secondsOf(container.format.start_time) ?? 0;
  const durationSeconds = checkedDuration(container, startTime);
  checkFrameRate(stream);
  const [above, below] = fractionOf(stream.time_base);
  const promised = framesPromised(stream, container);
  const packets = await readPackets(ffprobe, { ...context, stream });

  return {
    container: container.format.format_name,
    streamIndex: stream.index,
    codec: stream.codec_name ?? "unknown",
    pixelFormat: stream.pix_fmt ?? "unknown",
    width,
    height,
    ...orientation,
    pixelAspectRatio: onItsSide ? 1 / ratio : ratio,
    firstField: await firstFieldOf(stream, ffprobe, context),
    colour: colourOf(stream),
    timeBase: [above, below],
    startTime,
    durationSeconds,
    declaredEndSeconds:
      promised > 0 ? (promised * above) / below : (secondsOf(stream.duration) ?? durationSeconds),
    hasAudio: container.streams.some(({ codec_type }) => codec_type === "audio"),
    audioCodec: container.streams.find(({ codec_type }) => codec_type === "audio")?.codec_name,
    packets: { ...packets, damaged: packets.damaged || packets.packets < promised },
  };
}

/** An AVI that ends early is read without complaint, as a shorter one; but its header says how many frames there were. */
const framesPromised = ({ nb_frames = "0" }: Stream, { format }: Container): number =>
  format.format_name === "avi" ? Number(nb_frames) || 0 : 0;

async function headOf(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
  return buffer.subarray(0, bytesRead);
}

function checkedSize({ width = 0, height = 0 }: Stream, onItsSide: boolean) {
  if (width < 1 || height < 1) {
    throw new PermanentError("NOT_A_VIDEO", "The video's pictures have no size.");
  }
  const longest = Math.max(width, height);
  if (longest > limits.dimensionPixelsMax) {
    throw beyond("pixels on one side", longest, limits.dimensionPixelsMax);
  }
  if (width * height > limits.framePixelsMax) {
    throw beyond("pixels in a picture", width * height, limits.framePixelsMax);
  }
  return onItsSide ? { width: height, height: width } : { width, height };
}

/** Matroska's headers count up to the end from zero, all others from the start. */
function checkedDuration({ format }: Container, startTime: number): number | undefined {
  const seconds = secondsOf(format.duration);
  if (seconds !== undefined && seconds > limits.durationSecondsMax) {
    throw beyond("seconds", seconds, limits.durationSecondsMax);
  }
  if (seconds === undefined || !format.format_name.includes("matroska")) return seconds;
  return Math.max(0, seconds - Math.max(0, startTime));
}

function checkFrameRate({ avg_frame_rate }: Stream): void {
  const rate = ratioOf(avg_frame_rate, "/");
  if (rate !== undefined && rate > limits.framesPerSecondMax) {
    throw beyond("frames per second", rate, limits.framesPerSecondMax);
  }
}

function secondsOf(text: string | undefined): number | undefined {
  const seconds = Number(text);
  return text !== undefined && Number.isFinite(seconds) ? seconds : undefined;
}

/** Undefined for what ffprobe writes when it does not know: 0:1, 0/0, N/A. */
function ratioOf(text: string | undefined, separator: string): number | undefined {
  const [above, below] = (text ?? "").split(separator).map(Number);
  const ratio = above! / below!;
  return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined;
}

function fractionOf(text: string): readonly [number, number] {
  const [above, below] = text.split("/").map(Number);
  if (!above || !below) throw new PermanentError("NOT_A_VIDEO", "The video has no time base.");
  return [above, below];
}
