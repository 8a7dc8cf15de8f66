import { RetryableError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { startChild } from "../../ffmpeg/child.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { hardened, input, pixelsBounded, tellingFrames } from "../../ffmpeg/input.ts";
import { frameTruth } from "../decode/frame-truth.ts";
import type { Selection } from "../decode/selection.ts";
import type { Video } from "../probe/probe.ts";
import { stallWatch } from "../stall-watch.ts";
import { inOnePiece, type Cut } from "./cut-segments.ts";
import { prerollOf, seekTo, type Preroll } from "./preroll.ts";
import type { SegmentPlace } from "./segment.ts";

export interface Rehearsal {
  readonly folder: string;
  readonly video: Video;
  /** Of the whole video. */
  readonly selection: Selection;
  readonly cut: Cut;
  readonly signal: AbortSignal;
  readonly advance: () => void;
}

/**
 * The cut, or the video in one piece where seeks do not lead to the segments' frames, or only from far ahead: each would then be
 * decoded from the file's beginning, which is right but costs more than cutting gains. Tries the first segment that needs a seek, a
 * middle one and the last; some hundred milliseconds.
 */
export async function rehearsed(ffmpeg: Ffmpeg, rehearsal: Rehearsal): Promise<Cut> {
  const { video, selection, cut } = rehearsal;
  if (cut.segments.length === 1) return cut;
  const sought = cut.segments.flatMap((segment) => {
    const preroll = prerollOf(video, segment.from);
    return preroll ? [{ segment, preroll }] : [];
  });
  const tried = new Set([sought[0], sought[sought.length >> 1], sought.at(-1)]);
  for (const each of tried) {
    if (!each || (await leadsThere(ffmpeg, rehearsal, each))) continue;
    const why = `A seek to ${each.preroll.seconds} s does not lead to the key frame there.`;
    return inOnePiece(video, selection, why);
  }
  return cut;
}

async function leadsThere(
  ffmpeg: Ffmpeg,
  { folder, video, selection, signal, advance }: Rehearsal,
  { segment, preroll }: { segment: SegmentPlace; preroll: Preroll },
): Promise<boolean> {
  const truth = frameTruth(video, selection.within(segment), { ...segment, preroll });
  const enough = new AbortController();
  const watch = stallWatch(limits.stalledSeconds, () => enough.abort());
  const before = [...hardened, "-copyts", ...pixelsBounded, ...seekTo(preroll), ...input];
  const after = ["-map", `0:${video.streamIndex}`, "-vf", "showinfo", ...ffmpeg.passthrough];
  const args = [...tellingFrames, ...before, ...after, "-f", "null", "-"];
  const child = startChild(ffmpeg, args, {
    cwd: folder,
    signal: AbortSignal.any([signal, enough.signal]),
    onLine(line) {
      truth.hear(line);
      watch.advanced();
      advance();
      const isFar = truth.framesHeard > limits.seekAheadFramesMax;
      if (truth.landing !== "open" || isFar) enough.abort();
    },
  });
  try {
    const { signal: endedBy } = await child.exited;
    signal.throwIfAborted();
    if (endedBy && !enough.signal.aborted) {
      throw new RetryableError("DECODE_FAILED", `ffmpeg was ended by ${endedBy}.`);
    }
    return truth.landing === "landed";
  } finally {
    watch.end();
    child.kill();
  }
}
