import { createInterface } from "node:readline";
import { PermanentError, RetryableError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { startChild, type Program } from "../../ffmpeg/child.ts";
import { hardened, input } from "../../ffmpeg/input.ts";
import { stallWatch } from "../stall-watch.ts";
import type { ProbeContext } from "./context.ts";
import { beyond, type Stream } from "./streams.ts";

/** The frames that the container promises, by presentation time. */
export interface PacketTable {
  /** Ascending; what an edit list cuts away is left out. Ticks of the stream's time base. */
  readonly pts: Float64Array;
  /** Those of them that can be decoded alone: the key frames. */
  readonly keys: Float64Array;
  /**
   * The container has only decoding times for many frames (AVI with B-frames), which stand for their own times here: as
   * many, but a frame comes later than they say, so that the n-th frame belongs to the n-th of them.
   */
  readonly decodingTimes: boolean;
  /** Of the frame that is shown last, in ticks; 0 when unknown. */
  readonly lastDuration: number;
  /** All packets of the stream, also those without a time and those that are cut away. */
  readonly packets: number;
  /** Reading stopped before the file's end, or stumbled. */
  readonly damaged: boolean;
}

/** Damage and a cut beginning leave a packet here and there without its time; B-frames in AVI leave a third and more. */
const decodingShare = 0.1;

/** Reads the time of every packet of one stream; 8 bytes of memory per frame. */
export async function readPackets(
  ffprobe: Program,
  {
    folder,
    stream: { index, codec_name },
    signal,
    advance,
  }: ProbeContext & { stream: Pick<Stream, "index" | "codec_name"> },
): Promise<PacketTable> {
  const show = ["-show_entries", "packet=pts,dts,duration,flags", "-of", "csv=p=0"];
  const args = ["-v", "error", ...hardened, "-select_streams", String(index), ...show];
  const ended = new AbortController();
  const child = startChild(ffprobe, [...args, ...input], {
    cwd: folder,
    signal: AbortSignal.any([signal, ended.signal]),
  });

  const [times, decodingOnly]: number[][] = [[], []];
  const keys: number[] = [];
  let packets = 0;
  let [lastPts, lastDuration] = [-Infinity, 0];
  const watch = stallWatch(limits.stalledSeconds, () => ended.abort());
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      watch.advanced();
      advance();
      const [pts, dts, duration, flags] = line.split(",");
      if (flags === undefined) continue;
      if (++packets > limits.framesMax) throw beyond("frames and more", packets, limits.framesMax);
      if (flags.includes("D")) continue;
      const time = Number(pts === "N/A" ? dts : pts);
      if (Number.isNaN(time)) continue;
      (pts === "N/A" ? decodingOnly : times)!.push(time);
      if (pts !== "N/A" && flags.includes("K")) keys.push(time);
      if (time >= lastPts) [lastPts, lastDuration] = [time, Number(duration) || 0];
    }
    const { code } = await child.exited;
    signal.throwIfAborted();
    if (watch.stalled) throw new RetryableError("DECODE_STALLED", "Reading the packets stalled.");
    if (code === null) throw new RetryableError("WORKER_FAILED", "ffprobe was killed.");
    if (packets === 0) {
      throw new PermanentError("VIDEO_EMPTY", "The video stream has not one packet.");
    }
    const damaged = code !== 0 || child.lastWords() !== "";
    const decodingTimes = decodingOnly!.length > times!.length * decodingShare;
    const known = decodingTimes ? times!.concat(decodingOnly!) : times!;
    const sorted = Float64Array.from(known).sort();
    // A packet of VP8 that is never shown has the time of one that is.
    const isShown = (time: number, at: number) => time !== sorted[at - 1];
    const pts = codec_name === "vp8" ? sorted.filter(isShown) : sorted;
    return {
      pts,
      keys: Float64Array.from(keys).sort(),
      decodingTimes,
      lastDuration,
      packets,
      damaged,
    };
  } finally {
    watch.end();
    child.kill();
  }
}
