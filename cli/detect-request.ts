import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { JobOptions, NmsMode, TrackerName } from "../contracts/pipeline.ts";
import { secondsOf, timeRangeOf } from "../contracts/video-time.ts";
import { UsageError } from "./faults.ts";

export interface DetectFlags {
  readonly scoreMin?: number | undefined;
  readonly classScoreMin?: Record<string, number> | undefined;
  readonly classes?: string[] | undefined;
  readonly nms?: NmsMode | undefined;
  readonly iou?: number | undefined;
  readonly maxDetections?: number | undefined;
  readonly fps?: number | undefined;
  readonly stride?: number | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly tracker?: TrackerName | undefined;
}

/** What the flags change of the pipeline. */
export function jobOptions({
  scoreMin,
  classScoreMin,
  classes,
  nms,
  iou,
  maxDetections,
  fps,
  stride,
  from,
  to,
  tracker,
}: DetectFlags): JobOptions {
  const timeRange = timeRangeOf(from, to);
  if (from !== undefined && to !== undefined && from >= to) {
    throw new UsageError(`--from ${from} is not before --to ${to}.`);
  }
  return {
    ...(scoreMin !== undefined && { score_min: scoreMin }),
    ...(classScoreMin && { score_min_by_class: classScoreMin }),
    ...(classes && { classes }),
    ...(nms && { nms }),
    ...(iou !== undefined && { iou }),
    ...(maxDetections !== undefined && { max_detections: maxDetections }),
    ...(fps !== undefined && { sampling: { mode: "fps", fps } }),
    ...(stride !== undefined && { sampling: { mode: "stride", stride } }),
    ...(tracker && { tracker }),
    ...(timeRange && { time_range: timeRange }),
  };
}

/** A reader of numbers for an option. */
export const numberFrom =
  ({ min, max, whole = false }: { min: number; max: number; whole?: boolean }) =>
  (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? "a whole number" : "a number";
    throw new InvalidArgumentError(`It takes ${kind} from ${min} to ${max}.`);
  };

/** Seconds, from `90`, `90.5`, `1:30` or `1:01:30`. */
export function secondsFrom(text: string): number {
  const seconds = secondsOf(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError("It takes seconds, or a time such as 1:30.");
}

/** Names, from a list with commas. */
export function namesFrom(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes(""))
    throw new InvalidArgumentError("It takes names with commas between them.");
  return names;
}

/** Scores by class, from `person=0.5,ball=0.1`. */
export function scoresFrom(text: string): Record<string, number> {
  const score = numberFrom({ min: 0, max: 1 });
  const entries = text.split(",").map((entry) => {
    // The last one: a class may have an equals sign in its name, a number has none.
    const at = entry.lastIndexOf("=");
    const name = entry.slice(0, Math.max(at, 0)).trim();
    if (name === "") throw new InvalidArgumentError("It takes class=score, with commas between.");
    return [name, score(entry.slice(at + 1))] as const;
  });
  return Object.fromEntries(entries);
}
