import type { SegmentPart } from "../../../contracts/segment.ts";
import { JobId } from "../../../contracts/job-id.ts";
import type { JobRow } from "../../../contracts/job.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import { submittedRow } from "../../../contracts/protocol/submitted-row.ts";
import { timingFor } from "../../../contracts/timing.ts";

/** Everybody's clock stands still; the adversary moves the times in the row instead. */
export const now = 1_000_000_000;
export const timing = timingFor();
/** A time that has passed, also for one whose clock is late by the margin. */
const past = 0;
const ahead = now + 1000;

export const jobId = JobId.parse("01jd0000000000000000000000");
export const source = { key: `uploads/${jobId}/source`, etag: '"1"', sizeBytes: 1000 };

/** The row that every job begins with. */
export const aSubmittedRow = submittedRow(
  { jobId, owner: "o", filename: "f", contentType: "video/mp4", pipelineId: "p", options: {} },
  { now: past },
);

/** What of a row the protocol depends on: texts, counts and times that nothing asks for are made equal or left out. */
export function abstractRow(row: AnyRow): AnyRow {
  const { status, run, fence, attempts, deadLetters } = row;
  return {
    ...(row.index === undefined ? abstractJob(row) : abstractSegment(row)),
    history: [],
    createdAt: past,
    interruptions: 0,
    dispatches: 0,
    status,
    run,
    fence,
    attempts,
    deadLetters,
    ...(row.nonce !== undefined && { nonce: row.nonce }),
    ...(row.dispatchedAt !== undefined && { dispatchedAt: past }),
    ...(row.waitingSince !== undefined && { waitingQueue: "waiting", waitingSince: past }),
    ...timeOf("leaseUntil", status === "running" ? row.leaseUntil : undefined),
    ...timeOf("notBefore", row.notBefore),
  } as AnyRow;
}

function abstractJob(row: AnyRow): Partial<AnyRow> {
  const { phase, planFence, segmentsTotal, partialAllowed, endedSegments, result } = row;
  return {
    ...aSubmittedRow,
    ...(row.source && { source }),
    ...(row.cancelRequestedAt !== undefined && { cancelRequestedAt: past }),
    // Due at once: the sweeper may come at any time, so it comes at the worst.
    ...(row.untold && { untold: row.untold }),
    ...(row.dueAt !== undefined && { dueShard: "due", dueAt: past }),
    ...timeOf("uploadBy", row.uploadBy),
    ...timeOf("deletedAt", row.deletedAt),
    ...(result && { result: { ...result, manifestSha256: "", summary: undefined as never } }),
    ...(phase && { phase }),
    ...(planFence !== undefined && { planFence }),
    ...(segmentsTotal !== undefined && { segmentsTotal }),
    ...(partialAllowed !== undefined && { partialAllowed }),
    ...(endedSegments && { endedSegments: new Set([...endedSegments].sort((a, b) => a - b)) }),
    ...(row.segmentEndedAt !== undefined && { segmentEndedAt: past }),
  };
}

function abstractSegment({ index, planFence, part }: AnyRow): Partial<AnyRow> {
  const { waitingSince: _since, ...row } = aSegmentRow({
    run: 0,
    planFence: planFence!,
    index: index!,
  });
  const written = part && aPartAt(part.key);
  return { ...row, ...(written && { part: written }) };
}

/** What a segment leaves behind, of which the model knows where. */
export const aPartAt = (key: string): SegmentPart => ({
  key,
  sha256: "",
  frames: 0,
  framesDecoded: 0,
  engine: "",
  gaps: [],
});

/** The row of a segment as its planner inserts it. */
export const aSegmentRow = ({
  run,
  planFence,
  index,
}: {
  run: number;
  planFence: number;
  index: number;
}): AnyRow => ({
  jobId,
  index,
  planFence,
  fromPts: index,
  toPts: index + 1,
  packets: 1,
  framesTotal: 1,
  ptsSha256: "",
  status: "pending",
  run,
  fence: 0,
  attempts: 0,
  interruptions: 0,
  dispatches: 0,
  deadLetters: 0,
  history: [],
  createdAt: past,
  waitingSince: past,
});

const timed = ["leaseUntil", "notBefore", "uploadBy", "deletedAt"] as const;

const timeOf = (field: (typeof timed)[number], time: number | undefined): Partial<AnyRow> =>
  time === undefined ? {} : { [field]: time >= now ? ahead : past };

const passings: Record<(typeof timed)[number], string> = {
  leaseUntil: "the lease ends",
  notBefore: "the backoff ends",
  uploadBy: "the time for the upload ends",
  deletedAt: "nobody can add an object any more",
};

/** What time alone does to a row, as far as the protocol asks for it. */
export function timePasses(row: AnyRow): { label: string; row: AnyRow }[] {
  return timed
    .filter((field) => (row[field] ?? past) > past)
    .map((field) => ({ label: passings[field], row: { ...row, [field]: past } }));
}

/** A row in a few words. */
export function wordsOf(row: AnyRow | undefined): string {
  if (!row) return "no row";
  const { status, run, fence, attempts, nonce, leaseUntil, deadLetters, phase } = row as JobRow;
  return [
    row.index !== undefined && `segment ${row.index} of plan ${row.planFence}`,
    `${status}, run ${run}, fence ${fence}`,
    phase && `phase ${phase} of plan ${row.planFence}`,
    row.endedSegments && `ended {${[...row.endedSegments].join(" ")}}`,
    attempts && `attempts ${attempts}`,
    nonce && `nonce ${nonce}`,
    leaseUntil === past && "lease over",
    row.notBefore && "backoff",
    row.cancelRequestedAt !== undefined && "cancel requested",
    deadLetters && `dead letters ${deadLetters}`,
    row.untold && "untold",
    row.deletedAt !== undefined && "deleted",
  ]
    .filter(Boolean)
    .join(", ");
}
