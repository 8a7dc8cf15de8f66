import { describe, expect, test } from "vitest";
import { blockedReasonCodes } from "../../contracts/api.ts";
import type { JobView } from "../../contracts/api.ts";
import { nextLookMs } from "../../web/api/poll.ts";
import { withRetries } from "../../web/api/retry.ts";
import { ApiProblem } from "../../web/api/client.ts";
import { healthLine } from "../../web/health/health.ts";
import { withFirstPage } from "../../web/jobs/jobs.ts";
import { classColour } from "../../web/player/colours.ts";
import { fitted } from "../../web/player/fit.ts";
import { pictureNotes } from "../../web/player/picture-notes.ts";
import { fakeResult } from "../support/fake-result.ts";
import { blockedWords } from "../../web/words/blocked.ts";
import { ago, bytes, clock, span } from "../../web/words/format.ts";

describe("words", () => {
  test.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [4_200_000, "4.2 MB"],
    [53_687_091_200, "53.7 GB"],
  ])("%i bytes are %s", (value, words) => expect(bytes(value)).toBe(words));

  test.each([
    [0, "0:00.00"],
    [7.325, "0:07.33"],
    [59.999, "1:00.00"],
    [3723.5, "1:02:03.50"],
  ])("%f seconds into a video are %s", (value, words) => expect(clock(value)).toBe(words));

  test.each([
    [4.24, "4.2 s"],
    [61, "61 s"],
    [139, "2 min"],
    [7500, "2 h 5 min"],
  ])("%f seconds take %s", (value, words) => expect(span(value)).toBe(words));

  test("the past is told in steps", () => {
    const now = Date.parse("2026-03-02T12:00:00Z");

    expect(ago("2026-03-02T11:59:58Z", now)).toBe("just now");
    expect(ago("2026-03-02T11:55:00Z", now)).toBe("5 min ago");
    expect(ago("2026-02-27T12:00:00Z", now)).toBe("Feb 27, 2026");
  });

  test.each(blockedReasonCodes)("there are plain words for %s", (code) => {
    expect(blockedWords({ code, message: "m" }).title).toMatch(/^[A-Z][a-z ]/);
  });

  test("a queue says how many are in front", () => {
    const reason = { code: "QUEUED_BEHIND", message: "m" } as const;

    expect(blockedWords({ ...reason, jobs_in_front: 1 }).title).toBe("1 job in front");
    expect(blockedWords({ ...reason, jobs_in_front: 2 }).title).toBe("2 jobs in front");
  });
});

test("colours of classes are those of the full list and differ among eighty", () => {
  const colours = Array.from({ length: 80 }, (_, classId) => classColour(classId));

  expect(new Set(colours).size).toBe(80);
});

test("a picture is fitted into its element without being stretched", () => {
  const wide = fitted({ width: 400, height: 300 }, { width: 1600, height: 800 });
  const high = fitted({ width: 400, height: 300 }, { width: 90, height: 180 });

  expect(wide).toEqual({ x: 0, y: 50, width: 400, height: 200 });
  expect(high).toEqual({ x: 125, y: 0, width: 150, height: 300 });
});

test("looks come later after each failure, up to half a minute", () => {
  expect([0, 1, 2, 5, 50].map((failures) => nextLookMs(failures, 2000))).toEqual([
    2000, 2000, 4000, 30_000, 30_000,
  ]);
});

describe("a request that is safe to repeat", () => {
  const fault = (status: number) =>
    new ApiProblem({ code: "X", status, title: "t", detail: "d", hint: "h" });
  const failing = (status: number, times: number) => {
    let tries = 0;
    return { attempt: async () => (++tries <= times ? Promise.reject(fault(status)) : tries) };
  };
  const wait = async () => {};

  test.each([0, 429, 503])("is tried again after %i", async (status) => {
    expect(await withRetries(failing(status, 3).attempt, { wait })).toBe(4);
  });

  test("is given up after four tries", async () => {
    await expect(withRetries(failing(503, 4).attempt, { wait })).rejects.toThrow("d");
  });

  test("is not repeated when the answer would be the same", async () => {
    await expect(withRetries(failing(404, 1).attempt, { wait })).rejects.toThrow("d");
  });
});

describe("the list of jobs", () => {
  const job = (n: number) =>
    ({ job_id: `j${n}`, created_at: `2026-01-01T00:00:${String(n).padStart(2, "0")}Z` }) as JobView;
  const ids = (jobs: readonly JobView[]) => jobs.map(({ job_id }) => job_id);

  test("keeps older pages when the first one is refreshed", () => {
    const list = { jobs: [job(4), job(3), job(2), job(1)], nextCursor: "older" };
    const first = { jobs: [job(5), job(4), job(3)], nextCursor: "page 2" };

    const merged = withFirstPage(list, first);

    expect(ids(merged.jobs)).toEqual(["j5", "j4", "j3", "j2", "j1"]);
    expect(merged.nextCursor).toBe("older");
  });

  test("drops what was deleted from the first page", () => {
    const list = { jobs: [job(4), job(3), job(2)], nextCursor: null };

    expect(ids(withFirstPage(list, { jobs: [job(4), job(2)], nextCursor: null }).jobs)).toEqual([
      "j4",
      "j2",
    ]);
  });
});

describe("health in one line", () => {
  const worker = { alive: true, state: "idle", on_this_queue: true };
  const view = (workers: object[], waiting = 0) =>
    ({
      workers,
      workers_alive: workers.filter((one) => "on_this_queue" in one && one.on_this_queue).length,
      waiting: { jobs: waiting, oldest_since: null },
    }) as unknown as Parameters<typeof healthLine>[0];

  test.each([
    [view([worker]), { mood: "good", words: "1 worker idle" }],
    [
      view([{ ...worker, state: "working" }], 2),
      { mood: "good", words: "1 worker working, 2 waiting" },
    ],
    [
      view([worker, { ...worker, state: "working" }]),
      { mood: "good", words: "2 workers, 1 working" },
    ],
    [view([]), { mood: "idle", words: "No worker" }],
    [view([], 1), { mood: "bad", words: "No worker" }],
    [
      view([{ ...worker, on_this_queue: false }]),
      { mood: "bad", words: "Workers on another queue" },
    ],
  ])("%#", (health, line) => expect(healthLine(health, false)).toEqual(line));
});

describe("what was done to the picture", () => {
  const { manifest } = fakeResult({
    jobId: "job",
    filename: "clip.mp4",
    width: 96,
    height: 64,
    durationSeconds: 1,
    averageFrameRate: 25,
    classes: [],
    frames: [],
  });

  test("is nothing for most videos, and for results that do not say it", () => {
    const told = ["mirrored", "interlaced", "colour", "dynamic_range"];
    const before = Object.fromEntries(
      Object.entries(manifest.video).filter(([name]) => !told.includes(name)),
    ) as typeof manifest.video;

    expect(pictureNotes(manifest.video)).toEqual([]);
    expect(pictureNotes(before)).toEqual([]);
  });

  test("is told where it moves boxes or colours", () => {
    const video = {
      ...manifest.video,
      rotation: 90 as const,
      mirrored: true,
      pixel_aspect_ratio: 16 / 15,
      interlaced: true,
      dynamic_range: "tone_mapped" as const,
    };

    expect(pictureNotes(video)).toEqual([
      "rotated by 90°",
      "mirrored",
      "pixels 1.067 : 1",
      "interlaced: first field",
      "HDR brought to SDR",
    ]);
  });
});
