import { createInterface } from "node:readline";
import { PermanentError, RetryableError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { startChild, type Program } from "../../ffmpeg/child.ts";
import { hardened, input } from "../../ffmpeg/input.ts";
import { stallWatch } from "../stall-watch.ts";
import type { ProbeContext } from "./context.ts";
import { beyond } from "./streams.ts";

/** The frames that the container promises, by presentation time. */
export interface PacketTable {
  /** Ascending; what an edit list cuts away is left out. Ticks of the stream's time base. */
  readonly pts: Float64Array;
  /** Those of them that can be decoded alone: the key frames. */
  readonly keys: Float64Array;
  /** Of the frame that is shown last, in ticks; 0 when unknown. */
  readonly lastDuration: number;
  /** All packets of the stream, also those without a time and those that are cut away. */
  readonly packets: number;
  /** Reading stopped before the file's end, or stumbled. */
  readonly damaged: boolean;
}

/** Reads the time of every packet of one stream; 8 bytes of memory per frame. */
export async function readPackets(
  ffprobe: Program,
  { folder, streamIndex, signal, advance }: ProbeContext & { streamIndex: number },
): Promise<PacketTable> {
  const show = ["-show_entries", "packet=pts,duration,flags", "-of", "csv=p=0"];
  const args = ["-v", "error", ...hardened, "-select_streams", String(streamIndex), ...show];
  const ended = new AbortController();
  const child = startChild(ffprobe, [...args, ...input], {
    cwd: folder,
    signal: AbortSignal.any([signal, ended.signal]),
  });

  const times: number[] = [];
  const keys: number[] = [];
  let packets = 0;
  let [lastPts, lastDuration] = [-Infinity, 0];
  const watch = stallWatch(limits.stalledSeconds, () => ended.abort());
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      watch.advanced();
      advance();
      const [pts, duration, flags] = line.split(",");
      if (flags === undefined) continue;
      if (++packets > limits.framesMax) throw beyond("frames and more", packets, limits.framesMax);
      if (pts === "N/A" || flags.includes("D")) continue;
      const time = Number(pts);
      times.push(time);
      if (flags.includes("K")) keys.push(time);
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
    return {
      pts: Float64Array.from(times).sort(),
      keys: Float64Array.from(keys).sort(),
      lastDuration,
      packets,
      damaged,
    };
  } finally {
    watch.end();
    child.kill();
  }
}
