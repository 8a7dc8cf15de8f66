import type { MetricValues } from "../contracts/metrics.ts";
import type { Outcome } from "./attempt.ts";

/** What is measured of an attempt that ended well, by the seconds that its stages took; nothing where it neither detected nor completed a job. */
export function attemptMetrics(
  { framesAnalysed = 0, completes }: Outcome,
  {
    seconds,
    jobSeconds,
  }: {
    readonly seconds: Readonly<Record<string, number>>;
    /** Since the video was queued. */
    readonly jobSeconds: number;
  },
): MetricValues | undefined {
  const { detect_seconds: detect = 0, decode_seconds: decode = 0, infer_seconds: infer } = seconds;
  // An attempt that joins segments reads frames that others have detected.
  const hasDetected = infer !== undefined && framesAnalysed > 0 && detect > 0;
  const percent = (part: number) => Math.min(100, Math.round((1000 * part) / detect) / 10);
  const values = {
    ...(hasDetected && {
      FramesAnalysed: framesAnalysed,
      FramesPerSecond: Math.round((10 * framesAnalysed) / detect) / 10,
      DecodePercent: percent(decode),
      InferPercent: percent(infer),
    }),
    ...(completes && { JobSeconds: Math.round(10 * jobSeconds) / 10 }),
  };
  return Object.keys(values).length === 0 ? undefined : values;
}
