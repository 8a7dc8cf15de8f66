import * as z from "zod";
import { PermanentError, RetryableError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { hardened, input, pixelsBounded } from "../../ffmpeg/input.ts";
import { bounded } from "../../ffmpeg/bounded.ts";
import { run } from "../../ffmpeg/run.ts";
import type { Program } from "../../ffmpeg/child.ts";
import type { ProbeContext } from "./context.ts";

const Stream = z.object({
  index: z.int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  pix_fmt: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  sample_aspect_ratio: z.string().optional(),
  field_order: z.string().optional(),
  color_range: z.string().optional(),
  color_space: z.string().optional(),
  color_primaries: z.string().optional(),
  color_transfer: z.string().optional(),
  time_base: z.string(),
  avg_frame_rate: z.string().optional(),
  nb_frames: z.string().optional(),
  start_time: z.string().optional(),
  duration: z.string().optional(),
  disposition: z.record(z.string(), z.number()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  side_data_list: z.array(z.object({ displaymatrix: z.string().optional() })).default([]),
});
export type Stream = z.infer<typeof Stream>;

const Answer = z.object({
  streams: z.array(Stream).default([]),
  format: z.object({
    format_name: z.string(),
    start_time: z.string().optional(),
    duration: z.string().optional(),
  }),
});
export interface Container extends z.infer<typeof Answer> {
  /** Of a picture that no decoder makes room for, which has no size in ffprobe's answer, only in its words; or 0. */
  readonly pixelsRefused: number;
}

/** How ffprobe is asked for the headers. */
export const headersCommand = (ffprobe: Program) => ({
  program: bounded(ffprobe, {
    dataBytes: limits.probeDataBytesMax,
    processorSeconds: limits.probeProcessorSeconds,
  }),
  args: [
    "-v",
    "error",
    ...hardened,
    ...pixelsBounded,
    "-show_format",
    "-show_streams",
    "-of",
    "json",
    ...input,
  ],
});

/** What ffprobe reads from the file's headers, with a limit on the time that they may take. */
export async function readContainer(
  ffprobe: Program,
  { folder, signal, standbys }: ProbeContext,
): Promise<Container> {
  const { program, args } = headersCommand(ffprobe);
  const {
    code,
    signal: endedBy,
    stdout,
    stderr,
    timedOut,
    wordy,
  } = await run(program, args, {
    cwd: folder,
    seconds: limits.probeSeconds,
    linesMax: limits.probeLinesMax,
    signal,
    standby: standbys?.headers,
  });
  if (wordy) {
    const why = `ffprobe finds more than ${limits.probeLinesMax} faults in the first pictures.`;
    throw new PermanentError("NOT_A_VIDEO", why);
  }
  if (endedBy === "SIGXCPU") {
    const max = limits.probeProcessorSeconds;
    throw beyond("seconds of headers to read, and more", max, max);
  }
  if (timedOut) {
    const why = `The file's headers were not read within ${limits.probeSeconds} s.`;
    throw new RetryableError("DECODE_STALLED", why);
  }
  // Killed from outside, or out of memory: says nothing about the file.
  if (code === null) throw new RetryableError("WORKER_FAILED", "ffprobe was killed.");

  const answer = code === 0 ? Answer.safeParse(JSON.parse(stdout)) : undefined;
  if (answer?.success) return { ...answer.data, pixelsRefused: pixelsRefused(stderr) };
  if (/not on whitelist|not in whitelist/i.test(stderr)) {
    throw new PermanentError("CONTAINER_REFUSED", "The container's format is not accepted.");
  }
  if (/Cannot allocate memory/.test(stderr)) {
    const why = `The file's headers take more than ${limits.probeDataBytesMax} bytes, or name too many streams.`;
    throw new PermanentError("VIDEO_LIMIT_EXCEEDED", why);
  }
  const words = stderr
    .split("\n")
    .at(-1)
    ?.replace(/^.*source: /, "");
  throw new PermanentError("NOT_A_VIDEO", `ffprobe cannot open the file: ${words ?? "no reason"}.`);
}

const pixelsRefused = (stderr: string): number => {
  const [, width = 0, height = 0] = /Picture size (\d+)x(\d+)/.exec(stderr) ?? [];
  return Number(width) * Number(height);
};

/** Pictures that belong to a container but are not its film. */
const isStill = ({ disposition }: Stream) =>
  disposition["attached_pic"] === 1 || disposition["timed_thumbnails"] === 1;

/**
 * The stream that is analysed: the first film, as players choose. A track of MP4 can be disabled (ISO/IEC 14496-12, 8.3.2; ffprobe says
 * that it is no default one): then the first that is not. The flag that Matroska has for it players do not follow.
 */
export function videoStreamOf({ streams, format }: Pick<Container, "streams" | "format">): Stream {
  const videos = streams.filter((each) => each.codec_type === "video" && !isStill(each));
  const enabled = videos.find(({ disposition }) => disposition["default"] === 1);
  const first = (/\bmp4\b/.test(format.format_name) ? enabled : undefined) ?? videos[0];
  if (!first) {
    throw new PermanentError("NO_VIDEO_STREAM", "The file has no video stream.");
  }
  if (videos.length > limits.videoStreamsMax) {
    throw beyond("video streams", videos.length, limits.videoStreamsMax);
  }
  return first;
}

/** What names a stream on a command line. `V:0` is FFmpeg's word for the first one that is no attached picture. */
export function specifierOf({ streams }: Pick<Container, "streams">, { index }: Stream): string {
  const first = streams.find(
    ({ codec_type, disposition }) => codec_type === "video" && disposition["attached_pic"] !== 1,
  );
  return first?.index === index ? firstVideo : String(index);
}

/** The specifier that a film mostly has, before anything is known of it. */
export const firstVideo = "V:0";

export const beyond = (what: string, value: number, max: number): PermanentError =>
  new PermanentError(
    "VIDEO_LIMIT_EXCEEDED",
    `The video has ${value} ${what}; the limit is ${max}.`,
  );
