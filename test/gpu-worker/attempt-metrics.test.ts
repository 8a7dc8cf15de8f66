import { expect, test } from "vitest";
import { attemptMetrics } from "../../gpu-worker/attempt-metrics.ts";
import { emfLine } from "../../gpu-worker/emf-line.ts";
import type { Outcome } from "../../gpu-worker/attempt.ts";

const outcome = (changes: Partial<Outcome>): Outcome => ({
  commit: () => {
    throw new Error("it is not asked for");
  },
  words: "",
  facts: {},
  ...changes,
});
const seconds = { fetch_seconds: 9, detect_seconds: 4, decode_seconds: 1, infer_seconds: 3.9 };
const jobSeconds = 12.34;

test("an attempt that does a whole video tells its pace, what set it, and how long the job took", () => {
  expect(
    attemptMetrics(outcome({ framesAnalysed: 600, completes: true }), { seconds, jobSeconds }),
  ).toEqual({
    FramesAnalysed: 600,
    FramesPerSecond: 150,
    DecodePercent: 25,
    InferPercent: 97.5,
    JobSeconds: 12.3,
  });
});

test("a segment's attempt completes no job, and the attempt that joins the segments detects nothing", () => {
  const joining = { detect_seconds: 0.5, publish_seconds: 1 };

  expect(
    attemptMetrics(outcome({ framesAnalysed: 600 }), { seconds, jobSeconds }),
  ).not.toHaveProperty("JobSeconds");
  expect(
    attemptMetrics(outcome({ framesAnalysed: 9000, completes: true }), {
      seconds: joining,
      jobSeconds,
    }),
  ).toEqual({ JobSeconds: 12.3 });
});

test("an attempt that only cuts is not measured", () => {
  expect(
    attemptMetrics(outcome({}), { seconds: { probe_seconds: 1 }, jobSeconds }),
  ).toBeUndefined();
});

test("what is measured becomes one line that CloudWatch reads as metrics of workers, with their units", () => {
  const line = emfLine(
    { FramesPerSecond: 150, JobSeconds: 12.3 },
    { now: 7, fields: { job_id: "j" } },
  );

  expect(line.endsWith("}\n")).toBe(true);
  expect(JSON.parse(line)).toEqual({
    _aws: {
      Timestamp: 7,
      CloudWatchMetrics: [
        {
          Namespace: "Framequeue",
          Dimensions: [["service"]],
          Metrics: [
            { Name: "FramesPerSecond", Unit: "Count/Second" },
            { Name: "JobSeconds", Unit: "Seconds" },
          ],
        },
      ],
    },
    service: "worker",
    job_id: "j",
    FramesPerSecond: 150,
    JobSeconds: 12.3,
  });
});
