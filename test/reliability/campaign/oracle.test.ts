import { expect, test } from "vitest";
import type { JobView } from "../../../contracts/api.ts";
import { judge, type FinalJob, type JobRecord } from "./oracle.ts";

const jobId = "01m8aa4jevbcwprwwtap5mtdrj";
const at = "2026-11-25T21:00:00.000Z";
const undisturbed = { short: { "detections.ndjson.gz": "d", "timeline.json": "t" } };

type Entry = JobView["history"][number];
const entry = (event: Entry["event"], fence: number, more: Partial<Entry> = {}): Entry => ({
  at,
  event,
  run: 1,
  fence,
  worker_id: `w${fence}`,
  code: null,
  message: null,
  ...more,
});
const byNobody = { worker_id: null };
const good: Entry[] = [
  entry("submitted", 0, byNobody),
  entry("uploaded", 0, byNobody),
  entry("claimed", 1),
  entry("lease_expired", 1),
  entry("claimed", 3),
  entry("completed", 3),
];

function aJob({
  history = good,
  record = {},
  status = "completed",
  result = {},
}: {
  history?: Entry[];
  record?: Partial<JobRecord>;
  status?: JobView["status"];
  result?: Partial<NonNullable<FinalJob["result"]>>;
} = {}): FinalJob {
  const view = { job_id: jobId, status, run: 1, history, blocked_reason: null };
  return {
    record: {
      jobId,
      clip: "short",
      uploaded: true,
      deleteAsked: false,
      cancelsAsked: 0,
      deadLetters: 0,
      retries: 0,
      ...record,
    },
    view: view as unknown as JobView,
    result: { digests: undisturbed.short, fence: 3, run: 1, completeness: "complete", ...result },
  };
}

const faults = (job: FinalJob, keys: readonly string[] = []) =>
  judge({ jobs: [job], undisturbed, keys }).map(({ what }) => what);
const until = (event: Entry["event"], ...more: Entry[]) => [
  ...good.slice(0, good.findLastIndex((each) => each.event === event) + 1),
  ...more,
];

test("nothing is said against a job that was taken over and completed once", () => {
  expect(
    faults(aJob(), [`results/${jobId}/r1/f3/manifest.json`, `uploads/${jobId}/source`]),
  ).toEqual([]);
});

test.each<[string, FinalJob, RegExp]>([
  [
    "a job that never ended",
    aJob({ status: "running", history: until("claimed") }),
    /is lost: still running/,
  ],
  ["a job that is gone", { ...aJob(), view: undefined }, /is lost: there is no such job/],
  [
    "other detections",
    aJob({ result: { digests: { ...undisturbed.short, "detections.ndjson.gz": "x" } } }),
    /detections.ndjson.gz of short is x, undisturbed d/,
  ],
  ["a result with gaps", aJob({ result: { completeness: "partial" } }), /its result is partial/],
  [
    "a result that another fence wrote",
    aJob({ result: { fence: 1 } }),
    /completed by fence 3 and shows the result of fence 1/,
  ],
  [
    "two ends of one run",
    aJob({ history: [...good, entry("failed", 3, { ...byNobody, code: "ATTEMPTS_EXHAUSTED" })] }),
    /run 1 ended twice: completed, then failed/,
  ],
  [
    "a write by one who did not hold the job",
    aJob({ history: until("claimed", entry("completed", 1)) }),
    /completed in run 1 by w1 with fence 1, which did not hold the job/,
  ],
  [
    "a hand-over by one whose lease had expired",
    aJob({ history: until("lease_expired", entry("released", 1), ...good.slice(4)) }),
    /released in run 1 by w1/,
  ],
  [
    "an attempt that failed for no reason of ours",
    aJob({
      history: until(
        "claimed",
        entry("attempt_failed", 3, {
          code: "WORKER_FAILED",
          message: "Other bytes are at results/j/r1/f0/manifest.json already.",
        }),
        entry("claimed", 4),
        entry("completed", 4),
      ),
      result: { fence: 4 },
    }),
    /attempt_failed .* Other bytes/,
  ],
  [
    "a failure before the attempts were used",
    aJob({
      status: "failed",
      history: until("claimed", entry("failed", 3, { ...byNobody, code: "ATTEMPTS_EXHAUSTED" })),
    }),
    /failed as exhausted after 2 attempts/,
  ],
  [
    "a failure of another kind",
    aJob({
      status: "failed",
      history: until("claimed", entry("failed", 3, { code: "MODEL_FAILED", message: "no" })),
    }),
    /run 1 failed with MODEL_FAILED/,
  ],
  [
    "a cancel that nobody asked for",
    aJob({ status: "cancelled", history: until("claimed", entry("cancelled", 3)) }),
    /nobody had asked/,
  ],
  [
    "a job that outlives its deletion",
    aJob({ record: { deleteAsked: true } }),
    /still there after it was deleted/,
  ],
])("sees %s", (_, job, what) => {
  expect(faults(job)).toEqual(expect.arrayContaining([expect.stringMatching(what)]));
});

test("an attempt that a fault of the proxy explains is no violation", () => {
  const history = until(
    "claimed",
    entry("attempt_failed", 3, { code: "WORKER_FAILED", message: "Error: read ECONNRESET" }),
    entry("claimed", 4),
    entry("completed", 4),
  );

  expect(faults(aJob({ history, result: { fence: 4 } }))).toEqual([]);
});

test("sees objects outside the folders of fences, and those of deleted jobs", () => {
  const deleted = { ...aJob({ record: { deleteAsked: true } }), view: undefined };

  expect(faults(aJob(), [`results/${jobId}/latest/manifest.json`])).toEqual([
    expect.stringContaining("lies outside the folder of a fence"),
  ]);
  expect(faults(deleted, [`results/${jobId}/r1/f1/poster.jpg`])).toEqual([
    expect.stringContaining("was deleted, and"),
  ]);
});
