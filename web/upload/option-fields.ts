import { limits } from "../../contracts/limits.ts";
import type { JobOptions, Sampling, TrackerName } from "../../contracts/pipeline.ts";
import { secondsOf, timeRangeOf } from "../../contracts/video-time.ts";

/** What a person has entered for a new job, as it stands in the form. */
export interface OptionFields {
  /** As the pipeline has it, or another sampling. */
  readonly frames: "" | Sampling["mode"];
  /** Frames a second, or every how many frames one. */
  readonly rate: string;
  readonly from: string;
  readonly to: string;
  /** As the pipeline has it, or another one. */
  readonly tracker: "" | TrackerName;
}

/** Nothing is changed of the pipeline. */
export const untouched: OptionFields = { frames: "", rate: "", from: "", to: "", tracker: "" };

/** What the fields change of the pipeline, or what is wrong with them. */
export function optionsFrom({
  frames,
  rate,
  from,
  to,
  tracker,
}: OptionFields): { readonly options: JobOptions } | { readonly wrong: string } {
  const sampling = samplingFrom(frames, rate.trim());
  if (sampling === null) {
    return {
      wrong:
        frames === "fps"
          ? `Frames a second: a number above 0, up to ${limits.framesPerSecondMax}.`
          : `One frame of how many: a whole number from 1 to ${limits.strideMax}.`,
    };
  }
  const [start, end] = [from, to].map((text) => timeFrom(text.trim()));
  if (start === null || end === null) {
    return { wrong: "From and to: seconds, or a time such as 1:30." };
  }
  if (end !== undefined && (start ?? 0) >= end) {
    return { wrong: "From must be before to." };
  }
  const timeRange = timeRangeOf(start, end);
  return {
    options: {
      ...(sampling && { sampling }),
      ...(timeRange && { time_range: timeRange }),
      ...(tracker !== "" && { tracker }),
    },
  };
}

/** Undefined where nothing is entered, null where it is no time. */
const timeFrom = (text: string): number | undefined | null =>
  text === "" ? undefined : (secondsOf(text) ?? null);

function samplingFrom(mode: OptionFields["frames"], rate: string): Sampling | undefined | null {
  if (mode === "") return undefined;
  if (mode === "every") return { mode };
  const value = rate === "" ? Number.NaN : Number(rate);
  if (mode === "fps") {
    return value > 0 && value <= limits.framesPerSecondMax ? { mode, fps: value } : null;
  }
  const isStride = Number.isInteger(value) && value >= 1 && value <= limits.strideMax;
  return isStride ? { mode, stride: value } : null;
}
