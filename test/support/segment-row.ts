import { notYetTaken } from "../../contracts/protocol/submitted-row.ts";
import type { JobRow } from "../../contracts/job.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import { anEngine } from "./engine.ts";
import { aJobId, aJobRow } from "./job-row.ts";

/** A segment that waits for a worker; the test names what differs. */
export const aSegmentRow = (differences: Partial<SegmentRow> = {}): SegmentRow => {
  const index = differences.index ?? 0;
  return {
    jobId: aJobId,
    planFence: 1,
    index,
    status: "pending",
    run: 1,
    ...notYetTaken,
    history: [],
    createdAt: 0,
    waitingSince: 0,
    fromPts: index * 100,
    toPts: (index + 1) * 100,
    packets: 10,
    framesTotal: 10,
    ptsSha256: "0".repeat(64),
    engine: anEngine.fingerprint,
    ...(index === 0 && { engineFacts: anEngine }),
    ...differences,
  };
};

/** What a segment that was detected leaves behind. */
export const aPart = (index = 0, fence = 1) => ({
  key: `results/${aJobId}/r1/f1/segments/0000${index}-f${fence}.ndjson.gz`,
  sha256: "0".repeat(64),
  frames: 10,
  framesDecoded: 10,
  engine: anEngine.fingerprint,
  gaps: [],
});

/** A job whose three segments are being detected. */
export const aDetectingJob = (differences: Partial<JobRow> = {}): JobRow =>
  aJobRow({
    status: "running",
    phase: "detect",
    source: { key: `uploads/${aJobId}/source`, etag: '"1"', sizeBytes: 1000 },
    fence: 1,
    attempts: 1,
    planFence: 1,
    segmentsTotal: 3,
    segmentEndedAt: 0,
    partialAllowed: true,
    dueShard: "due-0",
    dueAt: 0,
    ...differences,
  });
