import { createInterface } from "node:readline";
import { PermanentError, RetryableError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { startChild, type Program } from "../../ffmpeg/child.ts";
import { corruptPacket } from "../../ffmpeg/corrupt-packet.ts";
import { bounded } from "../../ffmpeg/bounded.ts";
import { hardened, input, pixelsBounded } from "../../ffmpeg/input.ts";
import { stallWatch } from "../stall-watch.ts";
import type { ProbeContext } from "./context.ts";
import { packetTable, type PacketTable } from "./packet-table.ts";

export interface PacketRequest extends ProbeContext {
  readonly streamIndex: number;
  readonly container: string;
  readonly codec: string | undefined;
  /** Of the stream's time base. */
  readonly ticksPerSecond: number;
  /** Pictures that the headers promise, where they count them. */
  readonly framesDeclared: number | undefined;
  readonly endsEarly: boolean;
}

/** Reads the time of every packet of one stream; a few bytes of memory per frame. */
export async function readPackets(ffprobe: Program, request: PacketRequest): Promise<PacketTable> {
  const { folder, streamIndex, container, codec, signal, advance } = request;
  const show = ["-show_entries", "packet=pts,dts,duration,flags", "-of", "csv=p=0"];
  const args = [
    "-v",
    "level+warning",
    ...hardened,
    ...pixelsBounded,
    "-select_streams",
    String(streamIndex),
  ];
  const ended = new AbortController();
  let stumbled = false;
  const corrupt: number[] = [];
  const program = bounded(ffprobe, { dataBytes: limits.probeDataBytesMax });
  const child = startChild(program, [...args, ...show, ...input], {
    cwd: folder,
    signal: AbortSignal.any([signal, ended.signal]),
    onLine(line) {
      const damage = corruptPacket(line);
      if (damage?.streamIndex === streamIndex && corrupt.length < corruptMax)
        corrupt.push(damage.dts);
      stumbled ||= isStumble(line, container);
    },
  });

  const table = packetTable({
    ticksPerSecond: request.ticksPerSecond,
    counted: container === "avi",
    hidesPackets: codec === "vp8",
  });
  let packets = 0;
  const watch = stallWatch(limits.stalledSeconds, () => ended.abort());
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      watch.advanced();
      advance();
      const [pts, dts, duration, flags] = line.split(",");
      if (flags === undefined) continue;
      packets++;
      const packet = { pts: ticks(pts), dts: ticks(dts), duration: ticks(duration) ?? 0 };
      table.add({ ...packet, isKey: flags.includes("K") }, flags.includes("D"));
    }
    const { code } = await child.exited;
    signal.throwIfAborted();
    if (watch.stalled) throw new RetryableError("DECODE_STALLED", "Reading the packets stalled.");
    if (code === null) throw new RetryableError("WORKER_FAILED", "ffprobe was killed.");
    if (packets === 0) {
      throw new PermanentError("VIDEO_EMPTY", "The video stream has not one packet.");
    }
    const { framesDeclared, endsEarly } = request;
    return table.end({ stumbled: stumbled || code !== 0, corrupt, framesDeclared, endsEarly });
  } finally {
    watch.end();
    child.kill();
  }
}

const ticks = (text: string | undefined): number | undefined =>
  text === undefined || text === "N/A" ? undefined : Number(text);

/** More need not be known to know that the file is damaged. */
const corruptMax = 1000;

/**
 * Whether a line tells that packets were lost. Only the demuxer's and ffprobe's own lines count: what decoders say
 * here is about the first packets, of any stream, and is said again when they are decoded.
 */
function isStumble(line: string, container: string): boolean {
  if (!/\[(error|fatal)\]/.test(line)) return false;
  return /^(\[(error|fatal)\]|[^[])/.test(line) || line.startsWith(`[${container} @`);
}
