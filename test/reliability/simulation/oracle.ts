import { createHash } from "node:crypto";
import type { JobRow } from "../../../contracts/job.ts";
import { keys } from "../../../contracts/keys.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { engineOf, expectedBytes, framesPerSegment } from "./fake-video.ts";
import { foundInInbox } from "./people.ts";
import type { KnownJob, World } from "./world.ts";

interface Manifest {
  readonly fingerprint: string;
  readonly detectionsKey: string;
  readonly digest: string;
}

export interface Expectations {
  /** Nothing has happened that may cost an attempt: a job without trouble of its own completes, whole. */
  readonly mustComplete: boolean;
  /** Messages were received so often that they may have died of it. */
  readonly mayDeadLetter: boolean;
}

/** What must be true once nothing is left to do. */
export function judge(world: World, expectations: Expectations): void {
  const { jobs, rows, work, deadLetters, violation } = world;
  for (const queue of [work, deadLetters]) {
    if (queue.messages.length > 0) violation(`messages are left: ${queue.messages[0]!.body}`);
  }
  // Deleted or not. Without a sweeper it is the lost job that must be noticed.
  if (!world.plant.noSweeper) {
    for (const run of world.audit.untold()) violation(`the end of ${run} was never told`);
  }
  for (const job of jobs) {
    const jobId = (job.jobId ??= foundInInbox(world, job));
    const row = jobId && rows.get(jobId);
    if (row && row.deletedAt === undefined) judgeRow(world, job, row, expectations);
    else judgeGone(world, job, row);
  }
}

function judgeGone(world: World, job: KnownJob, row: JobRow | undefined): void {
  const { jobId } = job;
  const { violation } = world;
  if (row) return violation(`${jobId} is deleted, but its row is still there`);
  if (!job.deleteAsked) {
    if (job.jobId || job.accepted) violation(`an accepted upload has no row: ${job.video.name}`);
    return;
  }
  const objects = [...world.bucket.objects.keys()].filter((key) => key.includes(`/${jobId}/`));
  if (objects.length > 0) violation(`${jobId} is deleted, but ${objects[0]} is still there`);
  const segments = [...world.segmentRows.values()].filter((each) => each.jobId === jobId);
  if (segments.length > 0) violation(`${jobId} is deleted, but has ${segments.length} segments`);
}

function judgeRow(
  world: World,
  job: KnownJob,
  row: JobRow,
  { mustComplete, mayDeadLetter }: Expectations,
): void {
  const { violation } = world;
  const { jobId, status, error } = row;
  if (job.deleted) return violation(`${jobId} was deleted, but its row lives`);
  if (!isTerminal(status)) return violation(`${jobId} is ${status} for good (${row.phase ?? "-"})`);
  // Without a sweeper it is the lost job that must be noticed.
  if (!world.plant.noSweeper) judgeLeftovers(world, row);
  if (status === "completed" && world.audit.wasCancelled(jobId, row.run)) {
    violation(`${jobId} is completed although its cancel was acknowledged`);
  }
  if (status === "completed") judgeResult(world, job, row, mustComplete);
  if (status === "expired" && job.accepted) violation(`${jobId} expired with its video there`);
  if (status === "cancelled" && !job.cancelAsked) violation(`${jobId}: nobody cancelled it`);
  if (status === "failed") {
    const isPlanted = job.trouble.is !== "none" || !job.accepted;
    if (mustComplete && !isPlanted) violation(`${jobId} failed for nothing: ${error?.message}`);
    const codes = [
      "ATTEMPTS_EXHAUSTED",
      "NOT_A_VIDEO",
      ...(mayDeadLetter ? ["DEAD_LETTERED"] : []),
    ];
    if (job.accepted && !codes.includes(error?.code ?? "")) {
      violation(`${jobId} failed with ${error?.code}: ${error?.message}`);
    }
  }
}

/** Days later nobody looks at it any more, and nothing is left of what attempts have written in vain. */
function judgeLeftovers({ bucket, violation }: World, row: JobRow): void {
  const { jobId, result, status, dueAt, waitingSince } = row;
  if (dueAt !== undefined || waitingSince !== undefined) {
    violation(`${jobId} is ${status}, but still in an index`);
  }
  const kept = result && keys.fenceFolder(jobId, result.run, result.fence);
  const orphan = [...bucket.objects.keys()].find(
    (key) => key.startsWith(keys.resultFolder(jobId)) && !(kept && key.startsWith(kept)),
  );
  if (orphan !== undefined) violation(`an orphan is left: ${orphan}`);
}

function judgeResult(world: World, job: KnownJob, row: JobRow, mustComplete: boolean): void {
  const { bucket, violation } = world;
  const { jobId, result } = row;
  if (!result) return violation(`${jobId} is completed without a result`);
  if (result.run !== row.run) violation(`${jobId} shows a result of run ${result.run}`);
  const manifest = bucket.objects.get(result.manifestKey)?.body;
  if (!manifest || sha256(manifest) !== result.manifestSha256) {
    return violation(`the manifest of ${jobId} is not what its row says`);
  }
  const { fingerprint, detectionsKey } = JSON.parse(manifest.toString()) as Manifest;
  const missing = new Set(result.summary.gaps.map(({ start }) => start / framesPerSegment));
  const { trouble, video } = job;
  if (missing.size > 0 && !video.partialAllowed) violation(`${jobId} has gaps, but may not`);
  if (result.summary.completeness !== (missing.size > 0 ? "partial" : "complete")) {
    violation(`${jobId} says that it is ${result.summary.completeness}`);
  }
  const isLost = trouble.is === "poison" || trouble.is === "permanent";
  const lost = isLost && trouble.segment >= 0 ? [trouble.segment] : [];
  if (lost.some((segment) => !missing.has(segment))) {
    violation(`${jobId} has a segment that cannot be had`);
  }
  if (mustComplete && missing.size > lost.length) violation(`${jobId} lacks more than was lost`);

  const bytes = bucket.objects.get(detectionsKey)?.body.toString();
  const engine = engineOf(fingerprint[0]!).fingerprint;
  if (bytes !== expectedBytes(video, engine, missing)) {
    violation(`the result of ${jobId} differs from an undisturbed run's`);
  }
  if (!detectionsKey.startsWith(keys.resultFolder(jobId))) violation(`${jobId} points elsewhere`);
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
