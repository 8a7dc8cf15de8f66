import { RetryableError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { bounded } from "../../ffmpeg/bounded.ts";
import type { Program } from "../../ffmpeg/child.ts";
import { hardened, input, pixelsBounded } from "../../ffmpeg/input.ts";
import { run } from "../../ffmpeg/run.ts";
import type { ProbeContext } from "./context.ts";
import type { Stream } from "./streams.ts";

/** Enough that a picture is among them where a recording begins in mid-stream. */
const packetsRead = 50;

/** Frames for each packet, between one for two of them and one for each. */
const framesApartMax = 0.75;

/** Whose frames may be interlaced where the container does not say: MP4 often says nothing, AVI never. */
const mayBeInterlaced = /^(h264|mpeg4|mpeg2video|vc1|mjpeg|dvvideo)$/;

/** How the frames of an interlaced video lie in it. */
export interface Fields {
  /** Which one was taken first. */
  readonly first: "top" | "bottom";
  /** Whether fields are pictures and packets of their own (PAFF), in a video of so many packets. */
  readonly areApart: (packets: number) => boolean;
}

/**
 * What is known of its fields, or undefined for a video that is not interlaced. The first frames say it: of the containers'
 * four values two mean one thing by their definition and another where ffmpeg wrote them. Throws `RetryableError` where
 * ffprobe was killed or hung: a picture of two fields must not pass for one of one.
 */
export async function fieldsOf(
  { index, codec_name = "", field_order = "unknown" }: Stream,
  ffprobe: Program,
  { folder, signal }: ProbeContext,
): Promise<Fields | undefined> {
  const isSaid = /^(tt|bb|tb|bt)$/.test(field_order);
  const isOpen = field_order === "unknown" && mayBeInterlaced.test(codec_name);
  if (!isSaid && !isOpen) return undefined;

  const some = ["-select_streams", String(index), "-read_intervals", `%+#${packetsRead}`];
  const show = ["-show_entries", "frame=interlaced_frame,top_field_first", "-of", "csv=p=0"];
  const {
    code,
    signal: endedBy,
    stdout,
    timedOut,
    wordy,
  } = await run(
    bounded(ffprobe, {
      dataBytes: limits.probeDataBytesMax,
      processorSeconds: limits.probeProcessorSeconds,
    }),
    ["-v", "error", ...hardened, ...pixelsBounded, ...some, ...show, ...input],
    { cwd: folder, seconds: limits.probeSeconds, linesMax: limits.probeLinesMax, signal },
  );
  if (timedOut) {
    const why = `The first pictures were not read within ${limits.probeSeconds} s.`;
    throw new RetryableError("DECODE_STALLED", why);
  }
  // Killed from outside: says nothing about the fields. Of what its own limits end, what it said until then counts.
  if (code === null && endedBy !== "SIGXCPU" && !wordy) {
    throw new RetryableError("WORKER_FAILED", "ffprobe was killed.");
  }
  const shown = /^1,([01])/m.exec(stdout)?.[1];
  if (!isSaid && shown === undefined) return undefined;
  const first = shown ?? (field_order.startsWith("t") ? "1" : "0");
  const frames = stdout.match(/^[01],/gm)?.length ?? 0;
  return {
    first: first === "1" ? "top" : "bottom",
    areApart: (packets) => frames < framesApartMax * Math.min(packets, packetsRead),
  };
}
