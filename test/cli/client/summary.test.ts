import { expect, test } from "vitest";
import { summaryLines } from "../../../cli/client/summary.ts";
import type { JobView } from "../../../contracts/api.ts";
import { jobView } from "../../support/fake-api.ts";

const summary: NonNullable<JobView["summary"]> = {
  completeness: "complete",
  gaps: [],
  frames_analysed: 1200,
  score_shown: 0.4,
  detections: 1510,
  detections_stored: 1510,
  classes: [
    { class_id: 1, label: "ball", detections: 10, frames: 9, score_max: 0.5 },
    { class_id: 0, label: "player", detections: 1500, frames: 1200, score_max: 0.987 },
  ],
  seconds: 75,
  frames_per_second: 16,
};
const completed = (change: Partial<typeof summary> = {}) =>
  jobView({ status: "completed", summary: { ...summary, ...change } });

test("classes stand in order of what was found most, in columns", () => {
  const lines = summaryLines(completed());

  expect(lines[0]).toBe(
    "match.mp4: 1,200 frames in 1 min 15 s (16.0 frames/s), 1,510 detections from a score of 0.4 on",
  );
  expect(lines).toContain("class    detections   frames   best score");
  const [player, ball] = lines.slice(3);
  expect(player).toBe("player        1,500    1,200         0.99");
  expect(ball).toBe("ball             10        9         0.50");
});

test("a partial result says so, and what is missing", () => {
  const gaps = [{ start: 12, end: 14.5, reason: "damaged" }];

  const text = summaryLines(completed({ completeness: "partial", gaps })).join("\n");

  expect(text).toMatch(/PARTIAL[\s\S]*12\.00 s to 14\.50 s: damaged/);
});

test("a video without anything in it is no empty table", () => {
  expect(summaryLines(completed({ classes: [], detections: 0 }))).toContain("Nothing was found.");
});

test("the page's address leads to the job", () => {
  const job = completed();

  const lines = summaryLines(job, { pageUrl: "http://127.0.0.1:8787/" });

  expect(lines.join("\n")).toContain(`http://127.0.0.1:8787/#/jobs/${job.job_id}`);
});
