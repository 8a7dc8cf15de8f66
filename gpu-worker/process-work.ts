import type { EngineFacts } from "../contracts/artifact.ts";
import type { PublishedResult } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import { messageFor } from "../contracts/message.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import type { segmentEnder } from "../contracts/protocol/end-segment.ts";
import { completeSegment, markSpread, spread } from "../contracts/protocol/segment-transitions.ts";
import { notYetTaken } from "../contracts/protocol/submitted-row.ts";
import { publish } from "../contracts/protocol/worker-transitions.ts";
import type { Segment, SegmentPart, SegmentRow } from "../contracts/segment.ts";
import type { Timing } from "../contracts/timing.ts";
import type { Attempt, Outcome } from "./attempt.ts";
import { verifySegments } from "./verify-segments.ts";

/** What is to be done with a video, before its first frame is decoded. */
export interface Cutting {
  /** Tiling what is to be analysed; one where it is not worth cutting, or cannot be cut exactly. */
  readonly segments: readonly Segment[];
  /** The engine that this worker would detect with. */
  readonly engine: EngineFacts;
  readonly partialAllowed: boolean;
}

/** The work itself, as far as the protocol knows of it. Each step writes under its attempt's fence only. */
export interface Stages {
  readonly cut: (attempt: Attempt) => Promise<Cutting>;
  /** Detects the whole video and stores its result. */
  readonly whole: (attempt: Attempt) => Promise<PublishedResult>;
  /** Detects one segment and stores its part. */
  readonly part: (attempt: Attempt, segment: SegmentRow) => Promise<SegmentPart>;
  /** Joins the parts and stores the result. */
  readonly join: (attempt: Attempt, segments: readonly SegmentRow[]) => Promise<PublishedResult>;
}

export interface ProcessWorkDependencies {
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
  readonly endSegment: ReturnType<typeof segmentEnder>;
  readonly stages: Stages;
  readonly timing: Timing;
  readonly now: () => number;
}

/** One attempt, at whatever the row says comes next: cut or do the whole, detect a segment, or join the parts. */
export function processWork(dependencies: ProcessWorkDependencies) {
  const { jobs, queue, endSegment, stages, timing, now } = dependencies;

  async function begin(attempt: Attempt): Promise<Outcome> {
    const { segments, engine, partialAllowed } = await stages.cut(attempt);
    if (segments.length < 2) return published(attempt, await stages.whole(attempt));

    const { lease, assertHeld, advance } = attempt;
    const rows = segments.map((segment) => rowOf(attempt, segment, engine, now()));
    await inGroups(rows, async (row) => {
      assertHeld();
      await jobs.segments.insert(row);
      advance();
    });
    const segmentsTotal = rows.length;
    const framesTotal = rows.reduce((sum, row) => sum + row.framesTotal, 0);
    const facts = { segmentsTotal, framesTotal, partialAllowed };
    return {
      commit: (at) => spread(lease, { ...at, ...facts, timing }),
      async follow() {
        await inGroups(rows, (row) => queue.send(messageFor(row), { owner: row.jobOwner }));
        await jobs.move(
          lease.jobId,
          markSpread({ ...lease, planFence: lease.fence }, { now: now() }),
        );
        return false;
      },
      words: "the job is cut",
      facts: { segments: segmentsTotal },
    };
  }

  async function detect(attempt: Attempt, segment: SegmentRow): Promise<Outcome> {
    const part = await stages.part(attempt, segment);
    const { frames, gaps } = part;
    return {
      commit: (at) => completeSegment(attempt.lease, { ...at, part }),
      // Whoever ends the last one has the video at hand, and a join must not wait behind what came later.
      follow: () => endSegment(attempt.row, { ...segment, status: "completed" }, { joins: true }),
      words: "the segment is detected",
      facts: { frames_analysed: frames, gaps: gaps.length },
      framesAnalysed: frames,
    };
  }

  async function join(attempt: Attempt): Promise<Outcome> {
    const { jobId, planFence = -1 } = attempt.row;
    const rows = await jobs.segments.list({ jobId, planFence });
    verifySegments(attempt.row, rows);
    return published(attempt, await stages.join(attempt, rows));
  }

  return async (attempt: Attempt): Promise<Outcome> => {
    if (attempt.segment) return detect(attempt, attempt.segment);
    return attempt.row.phase === "assemble" ? join(attempt) : begin(attempt);
  };
}

function published({ lease }: Attempt, result: PublishedResult): Outcome {
  const { detections, frames_analysed, completeness } = result.summary;
  return {
    commit: (at) => publish(lease, { ...at, result }),
    words: "the job is completed",
    facts: { frames_analysed, detections, completeness },
    framesAnalysed: frames_analysed,
    completes: true,
  };
}

/** The row that a segment begins with, under its plan's fence. */
const rowOf = (
  { lease: { jobId, run, fence }, row: { owner } }: Attempt,
  segment: Segment,
  engine: EngineFacts,
  now: number,
): SegmentRow => ({
  ...segment,
  engine: engine.fingerprint,
  ...(segment.index === 0 && { engineFacts: engine }),
  jobId,
  jobOwner: owner,
  planFence: fence,
  status: "pending",
  run,
  ...notYetTaken,
  history: [],
  createdAt: now,
  waitingSince: now,
});

async function inGroups<Item>(
  items: readonly Item[],
  each: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < items.length; from += limits.segmentWritesAtOnce) {
    await Promise.all(items.slice(from, from + limits.segmentWritesAtOnce).map(each));
  }
}
