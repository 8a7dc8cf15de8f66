import { join } from "node:path";
import { artifactNames, type Gap } from "../contracts/artifact.ts";
import { PermanentError } from "../contracts/errors.ts";
import type { DetectedFrames } from "./detect-frames.ts";
import { clockOf } from "./pipeline/decode/timeline.ts";
import { tally, type Tally } from "./pipeline/publish/tally.ts";
import { track } from "./pipeline/track/track.ts";
import type { Plan } from "./plan.ts";
import type { Attempt } from "./attempt.ts";
import { writeFrames } from "./write-frames.ts";

/** What came of looking at every frame. */
export interface Analysis {
  readonly detectionsPath: string;
  readonly tally: Tally;
  readonly framesDecoded: number;
  readonly gaps: readonly Gap[];
}

/** The poster is chosen among so many of the frames: it is made while the others are analysed. */
const partForPoster = 0.9;

/** Follows objects over detected frames, counts them, and writes one line per frame. */
export async function analyse(
  { folder, settings, video, framesTotal }: Omit<Plan, "cut">,
  detected: DetectedFrames,
  {
    onFirstFrame,
    onPosterTime,
    ...attempt
  }: Pick<Attempt, "signal" | "advance" | "report"> & {
    monotonic: () => number;
    /** Is told once, when the first frame's boxes are known; a tracker holds it back until the next one's are. */
    onFirstFrame?: () => void;
    /** Is told once which frame, in seconds, shows best what is in the video. */
    onPosterTime?: (seconds: number) => void;
  },
): Promise<Analysis> {
  const { tracker, scoreShown } = settings;
  const frames = tellingFirst(detected.frames, onFirstFrame);
  const tracked = track(frames, { tracker, startScore: scoreShown, picture: video });
  const counts = tally({
    ...spanOf(video, settings.timeRange),
    framesExpected: framesTotal,
    scoreShown,
    tracked: tracker !== "none",
    keySeconds: video.packets.keys.map(clockOf(video).secondsAt),
  });
  const detectionsPath = join(folder, artifactNames.detections);
  const framesForPoster = Math.ceil(framesTotal * partForPoster);
  await writeFrames(tracked, {
    ...attempt,
    path: detectionsPath,
    framesTotal,
    onFrame(frame) {
      counts.add(frame);
      if (counts.frames === framesForPoster) onPosterTime?.(counts.posterTime());
    },
  });
  if (counts.frames === 0) {
    throw new PermanentError("VIDEO_EMPTY", "Not one frame of the asked range could be decoded.");
  }
  // Gaps may have left fewer than that.
  if (counts.frames < framesForPoster) onPosterTime?.(counts.posterTime());
  const { framesDecoded, gaps } = detected.account();
  if (gaps.length > 0 && !settings.partial) {
    const [{ start, end, reason } = gaps[0]!] = gaps;
    throw new PermanentError(
      "VIDEO_INCOMPLETE",
      `From ${start} s to ${end} s ${reason}, and the job asks for a result without gaps.`,
    );
  }
  return { detectionsPath, tally: counts, framesDecoded, gaps };
}

async function* tellingFirst(
  frames: DetectedFrames["frames"],
  tell: (() => void) | undefined,
): DetectedFrames["frames"] {
  let told = false;
  for await (const frame of frames) {
    if (!told) tell?.();
    told = true;
    yield frame;
  }
}

/** The seconds that are looked at. */
function spanOf(
  video: Plan["video"],
  range: Plan["settings"]["timeRange"],
): { start: number; end: number } {
  const { firstPts, endPts } = video.packets;
  const clock = clockOf(video);
  return {
    start: Math.max(clock.secondsAt(firstPts), range?.start ?? -Infinity),
    end: Math.min(clock.secondsAt(endPts), range?.end ?? Infinity),
  };
}
