import { PassThrough, pipeline, type Readable } from "node:stream";
import { PermanentError, RetryableError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { startChild, type Child, type Program } from "../../ffmpeg/child.ts";
import { corruptPacket } from "../../ffmpeg/corrupt-packet.ts";
import { bounded } from "../../ffmpeg/bounded.ts";
import { hardened, input, pixelsBounded } from "../../ffmpeg/input.ts";
import { stallWatch } from "../stall-watch.ts";
import type { ProbeContext } from "./context.ts";
import { packetLines } from "./packet-lines.ts";
import { packetTable, type PacketTable } from "./packet-table.ts";

export interface PacketRequest extends Pick<ProbeContext, "signal" | "advance"> {
  readonly streamIndex: number;
  readonly container: string;
  readonly codec: string | undefined;
  /** Of the stream's time base. */
  readonly ticksPerSecond: number;
  /** Pictures that the headers promise, where they count them. */
  readonly framesDeclared: number | undefined;
  readonly endsEarly: boolean;
}

/** How ffprobe is asked for the packets of the stream that is named so. */
export const packetsCommand = (ffprobe: Program, specifier: string) => ({
  program: bounded(ffprobe, { dataBytes: limits.probeDataBytesMax }),
  args: [
    "-v",
    "level+warning",
    ...hardened,
    ...pixelsBounded,
    "-select_streams",
    specifier,
    "-show_entries",
    "packet=pts,dts,duration,flags",
    "-of",
    "csv=p=0",
    ...input,
  ],
});

/** A listing that has begun. It goes no further than its pipe is long while nobody reads it. */
export interface Listing extends Disposable {
  readonly child: Child;
  readonly stdout: Readable;
  /** Whether it is of this stream, and nothing that it said was lost. */
  readonly isOf: (specifier: string) => boolean;
  /** Tells the lines of stderr, those that came before, too. */
  readonly hear: (listener: (line: string) => void) => void;
}

/** Begins to list the packets of the stream that is named so; disposed of, it ends. */
export function beginListing(
  ffprobe: Program,
  specifier: string,
  { folder, signal, standbys }: ProbeContext,
): Listing {
  const { program, args } = packetsCommand(ffprobe, specifier);
  const early: string[] = [];
  let lost = false;
  let hear = (line: string): void => {
    if (early.length < limits.probeLinesMax) early.push(line);
    else lost = true;
  };
  const how = { signal, onLine: (line: string) => hear(line) };
  const child: Child =
    standbys?.packets.adopt(args, how) ?? startChild(program, args, { cwd: folder, ...how });
  // Taken over from the start: what a child leaves behind that nobody takes is gone when it ends.
  const stdout = pipeline(child.stdout, new PassThrough(), () => {});
  return {
    child,
    stdout,
    isOf: (wanted) => wanted === specifier && !lost,
    hear(listener) {
      for (const line of early.splice(0)) listener(line);
      hear = listener;
    },
    [Symbol.dispose]() {
      child.kill();
      // Unread, it would keep the child from being seen as ended.
      stdout.destroy();
    },
  };
}

/** Reads the time of every packet of one stream; a few bytes of memory per frame. */
export async function readPackets(
  { child, stdout, hear }: Listing,
  request: PacketRequest,
): Promise<PacketTable> {
  const { streamIndex, container, codec, signal, advance } = request;
  const corrupt: number[] = [];
  let stumbled = false;
  hear((line) => {
    const damage = corruptPacket(line);
    if (damage?.streamIndex === streamIndex && corrupt.length < corruptMax)
      corrupt.push(damage.dts);
    stumbled ||= isStumble(line, container);
  });

  const table = packetTable({
    ticksPerSecond: request.ticksPerSecond,
    counted: container === "avi",
    hidesPackets: codec === "vp8",
  });
  let packets = 0;
  const lines = packetLines((packet, discarded) => {
    packets++;
    table.add(packet, discarded);
  });
  const watch = stallWatch(limits.stalledSeconds, () => child.kill());
  try {
    for await (const chunk of stdout as AsyncIterable<Uint8Array>) {
      watch.advanced();
      advance();
      lines.take(chunk);
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
