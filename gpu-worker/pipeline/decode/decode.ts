import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PermanentError, RetryableError } from "../../../contracts/errors.ts";
import type { Gap } from "../../../contracts/artifact.ts";
import { limits } from "../../../contracts/limits.ts";
import type { DecodedPicture } from "../../detector/fit/decoded-picture.ts";
import type { FrameSlot } from "../../detector/fit/frame-memory.ts";
import type { Placement } from "../../detector/letterbox.ts";
import { startChild, type Child } from "../../ffmpeg/child.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { framePipe, type FramePipe } from "../../ffmpeg/frame-pipe.ts";
import type { StandbyDecoder } from "../../ffmpeg/standby.ts";
import { prerollOf } from "../cut/preroll.ts";
import type { SegmentPlace } from "../cut/segment.ts";
import type { Video } from "../probe/probe.ts";
import { stallWatch } from "../stall-watch.ts";
import { decoderCommand, graphName } from "./decoder-command.ts";
import { decoderThreads } from "./decoder-threads.ts";
import { filterGraph } from "./filter-graph.ts";
import type { FramePool } from "./frame-pool.ts";
import { frameTruth, type FrameTruth, type SelectedFrame } from "./frame-truth.ts";
import { gapsOf } from "./gaps.ts";
import { writeHlgTable } from "./hlg-table.ts";
import type { Selection } from "./selection.ts";
import { clockOf } from "./timeline.ts";
import { truePicture } from "./true-picture.ts";

/** A decoded picture, to be fitted into the model's input. */
export interface Frame extends SelectedFrame {
  /** Seconds on the player's timeline. */
  readonly t: number;
  /** Belongs to the pool again after `release`. */
  readonly slot: FrameSlot;
  readonly release: () => void;
}

export interface Decoding {
  readonly frames: AsyncIterable<Frame>;
  /** After the last frame: what became of all that the container promised. */
  readonly account: () => { readonly framesDecoded: number; readonly gaps: readonly Gap[] };
  /** The segment had to be decoded from the file's beginning, because a seek led elsewhere: right, but slow. */
  readonly wentAstray: () => boolean;
}

export interface DecodeRequest {
  readonly folder: string;
  readonly video: Video;
  /** Of the whole video, also where only a segment of it is decoded. */
  readonly selection: Selection;
  /** Only the frames within, the very ones that the whole decode would give, and an account of these. */
  readonly segment?: SegmentPlace | undefined;
  readonly placement: Placement;
  readonly picture: DecodedPicture;
  /** Of slots for such pictures. */
  readonly pool: FramePool;
  readonly signal: AbortSignal;
  readonly advance: () => void;
  /** Taken where it was started with the same words. */
  readonly standby?: StandbyDecoder | undefined;
}

/**
 * Stage 2 of 5: pictures with their exact times, in order. Pull-based: ffmpeg stands still while nobody asks, so
 * memory is what the pool holds. Ends with an account that proves the count, or throws.
 */
export function decode(ffmpeg: Ffmpeg, request: DecodeRequest): Decoding {
  const { video, segment } = request;
  const selection = segment ? request.selection.within(segment) : request.selection;
  // All in one piece is decoded as if there were no segments: then nothing depends on how well the file is known.
  const part =
    segment && selection !== request.selection
      ? { from: segment.from, to: segment.to, preroll: prerollOf(video, segment.from) }
      : undefined;
  let truth = frameTruth(video, selection, part);
  let astray = false;

  async function* frames(): AsyncGenerator<Frame> {
    yield* framesOf(ffmpeg, { ...request, selection }, truth);
    if (truth.landing === "landed") return;
    astray = true;
    // The seek did not lead where the packets say. Decoded from the file's beginning, frames are right in any case.
    truth = frameTruth(video, selection, part && { ...part, preroll: undefined });
    yield* framesOf(ffmpeg, { ...request, selection }, truth);
  }
  return {
    frames: frames(),
    account: () => ({
      framesDecoded: truth.framesDecoded,
      gaps: gapsOf(video, selection, truth),
    }),
    wentAstray: () => astray,
  };
}

/** Starts the decoder, or lets the one go on that waits for it, with the pipe that its pictures come through. */
async function startDecoder(
  ffmpeg: Ffmpeg,
  { folder, video, placement, picture, selection, standby }: DecodeRequest,
  preroll: FrameTruth["preroll"],
  how: { signal: AbortSignal; onLine: (line: string) => void },
): Promise<{ child: Child; pipe: FramePipe }> {
  const graph = filterGraph(ffmpeg, {
    picture,
    selection,
    before: truePicture(video, ffmpeg, placement),
  });
  writeHlgTable(folder, video);
  if (ffmpeg.graphFromFile) await writeFile(join(folder, graphName), graph);
  const args = decoderCommand(ffmpeg, {
    specifier: video.specifier,
    threads: decoderThreads(video),
    graph,
    preroll,
  });
  const waiting = standby?.adopt(args, how);
  if (standby && waiting) return { child: waiting, pipe: standby.pipe };

  const pipe = await framePipe(folder);
  const child = startChild(ffmpeg, args, { cwd: folder, stdout: pipe.writeEnd, ...how });
  pipe.handedOver();
  return { child, pipe };
}

async function* framesOf(
  ffmpeg: Ffmpeg,
  request: DecodeRequest,
  truth: FrameTruth,
): AsyncGenerator<Frame> {
  const { video, pool, signal, advance } = request;
  const clock = clockOf(video);
  const ended = new AbortController();
  const watch = stallWatch(limits.stalledSeconds, () => ended.abort());
  let heard = Promise.withResolvers<void>();
  let frames = 0;
  /** Every frame of the range is out, or none of them will be: the rest of the file need not be decoded. */
  const done = () =>
    truth.landing === "astray" || (truth.pastRange && frames === truth.framesSelected);
  const started = await startDecoder(ffmpeg, request, truth.preroll, {
    signal: AbortSignal.any([signal, ended.signal]),
    onLine(line) {
      truth.hear(line);
      watch.advanced();
      advance();
      heard.resolve();
      heard = Promise.withResolvers();
      if (done()) ended.abort();
    },
  });
  const { child } = started;
  await using pipe = started.pipe;
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  ended.signal.addEventListener("abort", () => stopped.reject(stalledAfter(frames)));
  signal.addEventListener("abort", () => stopped.reject(signal.reason), { once: true });

  /** The picture and the line about it come through two pipes, either first. */
  async function nextTold(): Promise<SelectedFrame | undefined> {
    for (;;) {
      if (truth.landing === "astray") return undefined;
      if (truth.fault) throw truth.fault;
      const told = truth.take();
      if (told) return told;
      await Promise.race([heard.promise, stopped.promise]);
    }
  }

  try {
    while (!done()) {
      if (truth.fault) throw truth.fault;
      watch.pause();
      const slot = await pool.acquire(signal);
      watch.advanced();

      if (!(await pipe.read(slot.source))) {
        pool.release(slot);
        break;
      }
      const told = await nextTold();
      if (!told) {
        pool.release(slot);
        break;
      }
      watch.pause();
      frames++;
      yield { ...told, t: clock.secondsAt(told.pts), slot, release: () => pool.release(slot) };
    }
    if (done()) return;
    await ending(child, { frames, truth, watch, signal });
  } finally {
    watch.end();
    child.kill();
  }
}

/** ffmpeg has closed its pipe: was that the end of the video? */
async function ending(
  child: Child,
  {
    frames,
    truth,
    watch,
    signal,
  }: {
    frames: number;
    truth: FrameTruth;
    watch: { readonly stalled: boolean };
    signal: AbortSignal;
  },
): Promise<void> {
  const exit = await child.exited;
  signal.throwIfAborted();
  if (watch.stalled) throw stalledAfter(frames);
  if (truth.fault) throw truth.fault;

  const words = child.lastWords();
  if (exit.signal || /Cannot allocate memory|No space left/.test(words)) {
    throw new RetryableError("DECODE_FAILED", `ffmpeg was ended by ${exit.signal ?? words}.`);
  }
  // Nothing came from there on: another try decides.
  if (truth.landing !== "landed") return;
  const noDecoder = noDecoderLine.exec(words)?.[0];
  if (noDecoder) {
    throw new PermanentError("DECODE_FAILED", `ffmpeg has no decoder for it: ${plain(noDecoder)}`);
  }
  if (truth.framesHeard === 0) {
    throw new PermanentError("VIDEO_EMPTY", `Not one frame came out: ${lastOf(words)}`);
  }
  if (truth.take()) {
    throw new RetryableError(
      "DECODE_FAILED",
      `ffmpeg told of more frames than it gave: ${frames}.`,
    );
  }
}

const stalledAfter = (frames: number) =>
  new RetryableError(
    "DECODE_STALLED",
    `ffmpeg gave no frame for ${limits.stalledSeconds} s, after ${frames} frames.`,
  );

/** ffmpeg until 6.0; and since then. */
const noDecoderLine = /^.*(?:Decoder .*not found|Unknown decoder|no decoder found for).*$/m;

/** A line without who says it and how loud: `[h264 @ 0x55d0] [error] words`. */
const plain = (line: string): string => line.replace(/^(?:\[.*?\]\s*)+/, "");
const lastOf = (words: string): string => plain(words.split("\n").at(-1)!);
