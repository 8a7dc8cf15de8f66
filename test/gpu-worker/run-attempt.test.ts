import { beforeEach, expect, test, vi } from "vitest";
import { PermanentError, RetryableError } from "../../contracts/errors.ts";
import type { JobRow, PublishedResult } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import { planMessage } from "../support/messages.ts";
import { dispatcher } from "../../contracts/protocol/dispatch.ts";
import { markDeleted, requestCancel } from "../../contracts/protocol/owner-transitions.ts";
import { timingFor } from "../../contracts/timing.ts";
import { claimWork } from "../../gpu-worker/claim-work.ts";
import { foreignPlans } from "../../gpu-worker/other-engine.ts";
import { processWork, type Stages } from "../../gpu-worker/process-work.ts";
import { runAttempt } from "../../gpu-worker/run-attempt.ts";
import type { Attempt } from "../../gpu-worker/attempt.ts";
import { aJobId, aJobRow } from "../support/job-row.ts";
import { memoryJobStore } from "../support/memory-job-store.ts";
import { memoryWorkQueue } from "../support/memory-work-queue.ts";
import { DeviceLost } from "../../gpu-worker/device-lost.ts";
import { anEngine } from "../support/engine.ts";
import { keptLog } from "./support/quiet-log.ts";
import { anEmptySummary } from "../support/result-summary.ts";

const timing = timingFor(60);
const result: PublishedResult = {
  manifestKey: "m",
  manifestSha256: "s",
  run: 1,
  fence: 1,
  summary: anEmptySummary,
};

beforeEach(() => {
  vi.useFakeTimers({
    now: 1_000_000,
    toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
  });
  return () => vi.useRealTimers();
});

/** A claimed job and its message; the test says what the pipeline does. */
async function started(
  stage: (attempt: Attempt) => Promise<PublishedResult>,
  row: Partial<JobRow> = {},
  monotonic = () => performance.now(),
) {
  const jobs = memoryJobStore();
  const queue = memoryWorkQueue(Date.now);
  await jobs.insert(aJobRow({ status: "pending", ...row }));
  await queue.send(planMessage(aJobId, 1), { owner: "team" });
  const { body, receipt } = (await queue.receive({
    waitSeconds: 0,
    visibilitySeconds: timing.visibilitySeconds,
  }))!;
  const now = Date.now;
  const claimed = await claimWork({
    jobs,
    endSegment: async () => false,
    foreign: foreignPlans(),
    workerId: "w",
    timing,
    now,
    random: Math.random,
    newNonce: () => "nonce",
  })(body);
  if (claimed.is !== "claimed") throw new Error("not claimed");

  const moves: string[] = [];
  const move = jobs.move.bind(jobs);
  const seen: typeof jobs = {
    ...jobs,
    async move(jobId, transition) {
      const answer = await move(jobId, transition);
      moves.push(`${transition.name}${answer.moved ? "" : " refused"}`);
      return answer;
    },
  };
  const { log, lines } = keptLog();
  const shutdown = new AbortController();
  const lost: string[] = [];
  const notHere = async () => {
    throw new Error("There is one segment only.");
  };
  const stages: Stages = {
    cut: async () => ({ segments: [], engine: anEngine, partialAllowed: true }),
    whole: stage,
    part: notHere,
    join: notHere,
  };
  const running = runAttempt(claimed, receipt, performance.now(), {
    jobs: seen,
    queue,
    timing,
    dispatch: dispatcher({ jobs: seen, queue, now }),
    endSegment: async () => false,
    foreign: foreignPlans(),
    process: processWork({ jobs: seen, queue, endSegment: async () => false, stages, timing, now }),
    shutdown: shutdown.signal,
    now,
    monotonic,
    random: () => 0.5,
    deviceLost: ({ message }) => lost.push(message),
    log,
  });
  const theRow = () => jobs.rows.get(aJobId)!;
  return { jobs: seen, queue, shutdown, running, moves, theRow, lost, lines };
}

const aMoment = () => new Promise((resolve) => setTimeout(resolve, 10));

/** Works, and advances, until it is stopped. */
const endless = ({ signal, advance, report }: Attempt) =>
  new Promise<never>((_, reject) => {
    report({ stage: "detect", framesDone: 7, framesTotal: 100 });
    void (async () => {
      while (!signal.aborted) {
        advance();
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      reject(signal.reason);
    })();
  });

test("a result is published, and only then the message acknowledged", async () => {
  const { queue, running, theRow } = await started(async () => {
    await aMoment();
    expect(theRow().status).toBe("running");
    expect(queue.messages).toHaveLength(1);
    return result;
  });

  await Promise.all([running, vi.advanceTimersByTimeAsync(20)]);

  expect(theRow()).toMatchObject({ status: "completed", result });
  expect(queue.messages).toEqual([]);
});

test("the lease is renewed with progress at 1, 2, 4, 8 and 15 seconds, then every third of it", async () => {
  const { running, moves, shutdown, theRow } = await started(endless);
  const renewals: number[] = [];
  for (let second = 1; second <= 36; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    if (moves.length > renewals.length) renewals.push(second);
  }

  expect(renewals).toEqual([1, 2, 4, 8, 15, 35]);
  expect(theRow()).toMatchObject({
    leaseUntil: 1_000_000 + 95_000,
    progress: { stage: "detect", framesDone: 7, framesTotal: 100 },
  });
  shutdown.abort();
  await vi.runAllTimersAsync();
  await running;
});

test("a renewal that failed is tried again soon, not an interval later", async () => {
  const { jobs, moves, running, shutdown } = await started(endless);
  await vi.advanceTimersByTimeAsync(16_000);
  const failedAt: number[] = [];
  const failing = vi.spyOn(jobs, "move").mockImplementation(async () => {
    failedAt.push(Date.now());
    throw new Error("500");
  });

  await vi.advanceTimersByTimeAsync(31_000);
  failing.mockRestore();

  expect(failedAt.map((time) => (time - failedAt[0]!) / 1000)).toEqual([0, 5, 10]);
  expect(moves.length).toBeGreaterThan(0);
  shutdown.abort();
  await vi.runAllTimersAsync();
  await running;
});

test("the message stays hidden while the work goes on", async () => {
  const { queue, running, shutdown } = await started(endless);

  await vi.advanceTimersByTimeAsync(200_000);

  expect(queue.messages[0]!.visibleAt).toBeGreaterThan(Date.now());
  shutdown.abort();
  await vi.runAllTimersAsync();
  await running;
});

test("a visibility that cannot be extended is no reason to stop", async () => {
  const { queue, running, shutdown, theRow } = await started(endless);
  queue.renew = async () => {
    throw new Error("400");
  };

  await vi.advanceTimersByTimeAsync(100_000);

  expect(theRow()).toMatchObject({ status: "running", leaseUntil: expect.any(Number) });
  expect(theRow().leaseUntil!).toBeGreaterThan(Date.now());
  shutdown.abort();
  await expect(Promise.all([vi.runAllTimersAsync(), running])).rejects.toThrow("400");
});

test("a worker that lost its lease stops and writes nothing more", async () => {
  const { jobs, queue, running, moves, theRow } = await started(endless);
  jobs.rows.set(aJobId, { ...theRow(), fence: 2, nonce: "theirs", workerId: "other" });

  await vi.advanceTimersByTimeAsync(5000);
  await running;

  expect(moves).toEqual(["renew refused"]);
  expect(theRow()).toMatchObject({ status: "running", fence: 2, nonce: "theirs" });
  expect(queue.messages).toHaveLength(1);
});

test("a result that comes after the lease was lost is not published", async () => {
  const { jobs, running, theRow } = await started(async () => {
    await aMoment();
    jobs.rows.set(aJobId, { ...theRow(), fence: 2, nonce: "theirs" });
    return result;
  });

  await Promise.all([running, vi.advanceTimersByTimeAsync(20)]);

  expect(theRow()).toMatchObject({ status: "running", fence: 2 });
});

test("a worker that cannot renew fences itself off before the lease ends", async () => {
  const { jobs, running, moves } = await started(endless);
  jobs.move = async () => {
    throw new Error("timed out");
  };
  jobs.find = async () => {
    throw new Error("timed out");
  };
  let ended = false;
  void running.then(() => (ended = true));

  await vi.advanceTimersByTimeAsync(49_000);
  expect(ended).toBe(false);
  await vi.advanceTimersByTimeAsync(2000);

  expect(ended).toBe(true);
  expect(moves).toEqual([]);
});

test("a worker that slept through its lease notices before it writes, although no timer has told it", async () => {
  let [slept, asked] = [0, false];
  const { running, moves } = await started(
    async ({ assertHeld, signal }) => {
      assertHeld();
      await aMoment();
      slept = timing.leaseSeconds * 1000;
      expect(signal.aborted).toBe(false);
      asked = true;
      assertHeld();
      return result;
    },
    {},
    () => performance.now() + slept,
  );

  await Promise.all([running, vi.advanceTimersByTimeAsync(20)]);

  expect(asked).toBe(true);
  expect(moves).toEqual([]);
});

test("a lease is not renewed while no frame advances, and the row says so before it ends", async () => {
  const { running, moves, theRow } = await started(({ signal, report }) => {
    report({ stage: "publish", framesDone: 1 });
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason)),
    );
  });

  await vi.advanceTimersByTimeAsync(60_000);
  await running;

  expect(moves).toEqual(["renew", "renew", "renew", "renew", "retryLater"]);
  expect(theRow()).toMatchObject({
    status: "pending",
    attempts: 1,
    error: {
      code: "WORKER_FAILED",
      message: expect.stringMatching(/^Nothing advanced for 5\d s at the stage "publish"\.$/),
    },
  });
});

test("told to stop, the worker hands the job back at once and uncharged", async () => {
  const { queue, running, shutdown, theRow } = await started(endless);
  await vi.advanceTimersByTimeAsync(3000);

  shutdown.abort();
  await vi.advanceTimersByTimeAsync(0);

  expect(theRow()).toMatchObject({ status: "pending", attempts: 0, interruptions: 1 });
  expect(queue.messages).toMatchObject([{ visibleAt: Date.now() }]);
  await vi.runAllTimersAsync();
  await running;
});

test.each(["told to stop", "failing"])(
  "a worker that is %s before it sees a cancel cancels: nobody could take the job again",
  async (end) => {
    const work = Promise.withResolvers<never>();
    const { running, jobs, shutdown, theRow, queue } = await started(() => work.promise);
    await vi.advanceTimersByTimeAsync(100);
    await jobs.move(aJobId, requestCancel(theRow(), { now: Date.now() }));

    if (end === "told to stop") shutdown.abort();
    work.reject(new Error("ffmpeg died"));
    await Promise.all([running, vi.advanceTimersByTimeAsync(100)]);

    expect(theRow()).toMatchObject({ status: "cancelled", run: 1 });
    expect(queue.messages).toEqual([]);
  },
);

test("an end that cannot be written still waits for the work to unwind, so that the next begins alone", async () => {
  let unwound = false;
  const { jobs, running, shutdown } = await started(async (attempt) => {
    await endless(attempt).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 3000));
    unwound = true;
    throw attempt.signal.reason;
  });
  const ended = running.catch((error: unknown) => ({ error, unwound }));
  await vi.advanceTimersByTimeAsync(500);
  jobs.move = async () => {
    throw new Error("the table does not answer");
  };

  shutdown.abort();
  await vi.advanceTimersByTimeAsync(10_000);

  expect(await ended).toMatchObject({
    error: { message: "the table does not answer" },
    unwound: true,
  });
});

test("a cancel stops the work within two seconds and is acknowledged", async () => {
  const { jobs, queue, running, theRow } = await started(endless);
  await vi.advanceTimersByTimeAsync(16_000);
  await jobs.move(aJobId, requestCancel(theRow(), { now: Date.now() }));

  await vi.advanceTimersByTimeAsync(2000);
  await running;

  expect(theRow().status).toBe("cancelled");
  expect(queue.messages).toEqual([]);
});

test("a job that is deleted in mid-work is dropped in silence", async () => {
  const { jobs, queue, running, moves, theRow } = await started(endless);
  await jobs.move(aJobId, markDeleted(theRow(), { now: Date.now() }));

  await vi.advanceTimersByTimeAsync(5000);
  await running;

  expect(moves.filter((name) => !name.includes("refused"))).toEqual(["markDeleted"]);
  expect(queue.messages).toEqual([]);
});

test("a permanent error fails the job at once, with its code", async () => {
  const { queue, running, theRow } = await started(async () => {
    throw new PermanentError("NOT_A_VIDEO", "It is a text.");
  });

  await running;

  expect(theRow()).toMatchObject({
    status: "failed",
    attempts: 1,
    error: { code: "NOT_A_VIDEO", message: "It is a text." },
  });
  expect(queue.messages).toEqual([]);
});

test("the log says what happened, and beside it why", async () => {
  const { running, lines } = await started(async () => {
    throw new RetryableError("DECODE_STALLED", "no frame");
  });

  await running;

  expect(lines.find(({ level }) => level === "WARN")).toMatchObject({
    message: "the attempt failed",
    code: "DECODE_STALLED",
    error: "no frame",
  });
});

test.each([
  [1, 15],
  [2, 30],
  [3, 60],
])("after attempt %i the job waits with doubling, jittered backoff", async (attempt, seconds) => {
  const { queue, running, theRow } = await started(
    async () => {
      throw new RetryableError("DECODE_STALLED", "no frame");
    },
    { attempts: attempt - 1 },
  );

  await running;

  expect(theRow()).toMatchObject({
    status: "pending",
    attempts: attempt,
    notBefore: Date.now() + seconds * 1000,
    error: { code: "DECODE_STALLED" },
  });
  expect(queue.messages).toMatchObject([{ visibleAt: Date.now() + seconds * 1000 }]);
});

test("an unknown error after the last attempt fails the job with that reason", async () => {
  const { queue, running, theRow } = await started(
    async () => {
      throw new Error("disk full");
    },
    { attempts: limits.attemptsMax - 1 },
  );

  await running;

  expect(theRow()).toMatchObject({
    status: "failed",
    error: { code: "ATTEMPTS_EXHAUSTED", message: expect.stringContaining("disk full") },
  });
  expect(queue.messages).toEqual([]);
});

test("a publish whose response was lost counts, and is not done twice", async () => {
  const { jobs, running, theRow } = await started(async () => result);
  const move = jobs.move.bind(jobs);
  let lost = false;
  jobs.move = async (jobId, transition) => {
    const answer = await move(jobId, transition);
    if (transition.name === "publish" && !lost) {
      lost = true;
      throw new Error("socket hang up");
    }
    return answer;
  };

  await Promise.all([running, vi.advanceTimersByTimeAsync(3000)]);

  expect(theRow().status).toBe("completed");
  expect(theRow().history.filter(({ event }) => event === "completed")).toHaveLength(1);
});

const illegal = "CUDA failure 700: an illegal memory access was encountered";

test("a worker that lost its GPU hands the job back uncharged, and is told to end", async () => {
  const { running, theRow, lost, queue } = await started(() =>
    Promise.reject(new DeviceLost(illegal)),
  );

  await running;

  expect(theRow()).toMatchObject({ status: "pending", attempts: 0, interruptions: 1 });
  expect(theRow().history.at(-1)).toMatchObject({
    event: "released",
    message: "the worker lost its GPU",
  });
  expect(lost).toEqual([illegal]);
  expect(await queue.receive({ waitSeconds: 0, visibilitySeconds: 90 })).toBeDefined();
});

const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
  code: "ENOSPC",
  syscall: "write",
});

test("a worker whose disk is full hands the job back uncharged, to others at once, and rests", async () => {
  vi.useFakeTimers();
  try {
    const { running, theRow, queue } = await started(() => Promise.reject(full));
    let rested = false;
    void running.then(() => (rested = true));

    await vi.advanceTimersByTimeAsync((limits.machineRestSeconds - 1) * 1000);
    expect(theRow()).toMatchObject({ status: "pending", attempts: 0, interruptions: 1 });
    expect(theRow().notBefore).toBeUndefined();
    expect(theRow().history.at(-1)).toMatchObject({
      event: "released",
      message: "the worker's machine failed: ENOSPC: no space left on device, write",
    });
    expect(await queue.receive({ waitSeconds: 0, visibilitySeconds: 90 })).toBeDefined();
    expect(rested).toBe(false);

    await vi.advanceTimersByTimeAsync(1000);
    expect(rested).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("a worker that rests ends at once when it is told to", async () => {
  const { running, theRow, shutdown } = await started(() => Promise.reject(full));
  await expect.poll(() => theRow().status).toBe("pending");

  shutdown.abort();

  await running;
});

test("a video that fills every disk is charged in the end, with that reason", async () => {
  const { running, theRow, shutdown } = await started(() => Promise.reject(full), {
    interruptions: limits.unchargedLossesMax,
  });
  await expect.poll(() => theRow().status).toBe("pending");
  shutdown.abort();
  await running;

  expect(theRow()).toMatchObject({
    attempts: 1,
    error: { code: "WORKER_FAILED", message: full.message },
  });
});

test("a video that no GPU survives is charged in the end", async () => {
  const { running, theRow, lost } = await started(() => Promise.reject(new DeviceLost(illegal)), {
    interruptions: limits.unchargedLossesMax,
  });

  await running;

  expect(theRow()).toMatchObject({ status: "pending", attempts: 1, error: { code: "GPU_LOST" } });
  expect(lost).toEqual([illegal]);
});
