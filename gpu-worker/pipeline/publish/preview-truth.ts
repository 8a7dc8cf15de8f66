/** Which frames of a preview's pass are kept, by what ffmpeg says of them on stderr. */
export interface PreviewTruth {
  readonly hear: (line: string) => void;
  /** Time of the first frame that is kept, in ticks. */
  readonly firstPts: number | undefined;
  readonly frames: number;
}

const frameLine = /\bn: *\d+ pts: *(-?\d+)\b/;
const configLine = /config in time_base:/;

/** The same rule as in the command's filters: from the first time on, and only while times rise. */
export function previewTruth(fromPts: number, toPts: number): PreviewTruth {
  let firstPts: number | undefined;
  let lastPts = -Infinity;
  let frames = 0;
  let ended = false;
  return {
    hear(line) {
      // The filters begin anew when the picture's size changes, and forget what came before.
      if (configLine.test(line)) [lastPts, ended] = [-Infinity, false];
      const told = frameLine.exec(line)?.[1];
      if (told === undefined) return;
      const pts = Number(told);
      ended ||= pts >= toPts;
      if (ended || pts < fromPts || pts <= lastPts) return;
      firstPts ??= pts;
      lastPts = pts;
      frames++;
    },
    get firstPts() {
      return firstPts;
    },
    get frames() {
      return frames;
    },
  };
}
