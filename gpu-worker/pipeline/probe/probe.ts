import { open } from "node:fs/promises";
import { join } from "node:path";
import { PermanentError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Program } from "../../ffmpeg/child.ts";
import { sourceName } from "../../ffmpeg/input.ts";
import type { ProbeContext } from "./context.ts";
import { colourOf, type Colour } from "./colour.ts";
import { endsEarly } from "./extent.ts";
import { fieldsOf } from "./fields.ts";
import { checkMp4Index } from "./mp4-index.ts";
import { orientationOf, type Orientation } from "./orientation.ts";
import type { PacketTable } from "./packet-table.ts";
import { beginListing, readPackets } from "./packets.ts";
import { sniff, sniffBytes } from "./sniff.ts";
import {
  beyond,
  firstVideo,
  readContainer,
  specifierOf,
  videoStreamOf,
  type Container,
  type Stream,
} from "./streams.ts";

/** What is known of a video before its first frame is decoded. */
export interface Video extends Orientation {
  readonly container: string;
  readonly streamIndex: number;
  /** What names the stream on a command line. */
  readonly specifier: string;
  readonly codec: string;
  readonly pixelFormat: string;
  /** Pixels as displayed: rotation applied, pixels as they are; their ratio is of the displayed picture, too. */
  readonly width: number;
  readonly height: number;
  readonly pixelAspectRatio: number;
  /** Of an interlaced video: the field of a frame that was taken at the frame's time. */
  readonly firstField: "top" | "bottom" | undefined;
  /** Fields are pictures and packets of their own. */
  readonly fieldsApart: boolean;
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
  const source = join(context.folder, sourceName);
  sniff(await headOf(source));
  await checkMp4Index(source);

  // Of the stream that it mostly is, beside the headers, which say whether anybody will want it.
  using guessed = beginListing(ffprobe, firstVideo, context);
  const container = await readContainer(ffprobe, context);
  const stream = videoStreamOf(container);
  const specifier = specifierOf(container, stream);
  const orientation = orientationOf(stream) ?? { rotation: 0, mirrored: false };
  const onItsSide = orientation.rotation % 180 !== 0;
  const { width, height } = checkedSize(stream, container, onItsSide);
  const ratio = ratioOf(stream.sample_aspect_ratio, ":") ?? 1;
  const startTime = secondsOf(container.format.start_time) ?? 0;
  const durationSeconds = checkedDuration(container, startTime);
  checkFrameRate(stream);
  const timeBase = fractionOf(stream.time_base);
  const { format_name: format } = container.format;
  // Elsewhere the number is an estimate, or counts what is no picture.
  const framesDeclared = /^(mov|avi)/.test(format) ? secondsOf(stream.nb_frames) : undefined;
  const fields = await fieldsOf(stream, ffprobe, context);
  const isEarly = await endsEarly(source, format);
  if (!guessed.isOf(specifier)) guessed[Symbol.dispose]();
  using listing = guessed.isOf(specifier) ? guessed : beginListing(ffprobe, specifier, context);

  const packets = await readPackets(listing, {
    ...context,
    streamIndex: stream.index,
    codec: stream.codec_name,
    container: format,
    ticksPerSecond: timeBase[1] / timeBase[0],
    framesDeclared,
    endsEarly: isEarly,
  });
  return {
    container: format,
    streamIndex: stream.index,
    specifier,
    codec: stream.codec_name ?? "unknown",
    pixelFormat: stream.pix_fmt ?? "unknown",
    width,
    height,
    ...orientation,
    pixelAspectRatio: onItsSide ? 1 / ratio : ratio,
    firstField: fields?.first,
    fieldsApart: fields?.areApart(packets.pts.length) ?? false,
    colour: colourOf(stream),
    timeBase,
    startTime,
    durationSeconds,
    // AVI's length is of what was found, its count of what there was.
    declaredEndSeconds:
      (format === "avi" ? lengthOf(framesDeclared, timeBase) : undefined) ??
      declaredEndOf(stream, startTime) ??
      durationSeconds,
    hasAudio: container.streams.some(({ codec_type }) => codec_type === "audio"),
    audioCodec: container.streams.find(({ codec_type }) => codec_type === "audio")?.codec_name,
    packets,
  };
}

async function headOf(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
  return buffer.subarray(0, bytesRead);
}

function checkedSize(
  { width = 0, height = 0 }: Stream,
  { pixelsRefused }: Container,
  onItsSide: boolean,
) {
  if (width < 1 || height < 1) {
    if (pixelsRefused > limits.framePixelsMax) {
      throw beyond("pixels in a picture", pixelsRefused, limits.framePixelsMax);
    }
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

const clockMayStepBack =
  "An MPEG-TS seems that long, too, where its clock steps back, as between recordings that were joined: submit those one by one.";

/** Matroska's headers count up to the end from zero, all others from the start. */
function checkedDuration({ format }: Container, startTime: number): number | undefined {
  const seconds = secondsOf(format.duration);
  if (seconds !== undefined && seconds > limits.durationSecondsMax) {
    const { message, code } = beyond("seconds", seconds, limits.durationSecondsMax);
    // Its times have 33 bits, and a reader takes a step back for their overflow.
    const isTransport = format.format_name === "mpegts";
    throw new PermanentError(code, isTransport ? `${message} ${clockMayStepBack}` : message);
  }
  if (seconds === undefined || !format.format_name.includes("matroska")) return seconds;
  return Math.max(0, seconds - Math.max(0, startTime));
}

/** The stream's length counts from its own start, which may be later than the container's. */
function declaredEndOf({ start_time, duration }: Stream, startTime: number): number | undefined {
  const seconds = secondsOf(duration);
  if (seconds === undefined) return undefined;
  return Math.max(0, (secondsOf(start_time) ?? startTime) - startTime) + seconds;
}

function lengthOf(
  frames: number | undefined,
  [above, below]: Video["timeBase"],
): number | undefined {
  const seconds = ((frames ?? 0) * above) / below;
  return seconds > 0 && seconds <= limits.durationSecondsMax ? seconds : undefined;
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
