import { link, mkdtemp, rm, copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameSlots } from "../../gpu-worker/detector/fit/frame-memory.ts";
import { placementOf } from "../../gpu-worker/detector/letterbox.ts";
import type { Gap } from "../../contracts/artifact.ts";
import type { Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { decode } from "../../gpu-worker/pipeline/decode/decode.ts";
import { framePool } from "../../gpu-worker/pipeline/decode/frame-pool.ts";
import { selectionOf } from "../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../../gpu-worker/pipeline/decode/timeline.ts";
import { decodedPicture } from "../../gpu-worker/pipeline/decode/true-picture.ts";
import { probe } from "../../gpu-worker/pipeline/probe/probe.ts";
import { builtInManifests } from "../../models/catalog.ts";

/** What the worker's own probe and decoder made of a file. */
export interface Seen {
  readonly verdict: "complete" | "partial" | "failed";
  readonly frames: number;
  readonly gaps: readonly Gap[];
  /** Of the error, with its words. */
  readonly code?: string;
  readonly message?: string;
  /** Trying again would not help. */
  readonly permanent?: boolean;
  /** Whether frames are numbered from 0 on without a hole, where none is missing. */
  readonly numbered: boolean;
  readonly probeSeconds: number;
  readonly seconds: number;
}

const quiet = { signal: new AbortController().signal, advance: () => {} };
/** Small, so that the time goes into decoding. */
const input = { ...builtInManifests[0]!.input, width: 64, height: 64 };

/** Looks at a file as the worker does, from the first byte to the account of its frames, without a model. */
export async function see(path: string, { ffmpeg, ffprobe }: Tools): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), "framequeue-torture-"));
  const source = join(folder, sourceName);
  await link(path, source).catch(() => copyFile(path, source));

  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  let probeSeconds: number | undefined;
  let [frames, numbered] = [0, true];
  try {
    const video = await probe(ffprobe, { folder, ...quiet });
    probeSeconds = elapsed();
    const clock = clockOf(video);
    const { pts } = video.packets;
    const placement = placementOf(video, input);
    const picture = decodedPicture(video, ffmpeg, placement);
    const decoding = decode(ffmpeg, {
      folder,
      video,
      selection: selectionOf({ mode: "every" }, { range: undefined, clock, pts }),
      placement,
      picture,
      pool: framePool(frameSlots(2, { picture, placement, input }).slots),
      ...quiet,
    });
    for await (const { frameIndex, release } of decoding.frames) {
      numbered &&= frameIndex === frames;
      frames++;
      release();
    }
    const { gaps } = decoding.account();
    const verdict = gaps.length > 0 ? "partial" : "complete";
    return { verdict, frames, gaps, numbered, probeSeconds, seconds: elapsed() };
  } catch (error) {
    const { code = "", message, name } = error as Error & { code?: string };
    const permanent = name === "PermanentError";
    const seconds = elapsed();
    const failed = { verdict: "failed", code, message, permanent } as const;
    return {
      ...failed,
      frames,
      gaps: [],
      numbered,
      probeSeconds: probeSeconds ?? seconds,
      seconds,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
