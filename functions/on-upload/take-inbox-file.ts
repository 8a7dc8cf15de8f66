import type { JobId } from "../../contracts/job-id.ts";
import { submittedRow } from "../../contracts/protocol/submitted-row.ts";
import type { JobRow } from "../../contracts/job.ts";
import { keys } from "../../contracts/keys.ts";
import { traceIdOf } from "../../contracts/trace-id.ts";
import { limits } from "../../contracts/limits.ts";
import type { IdempotencyStore, JobStore } from "../../contracts/ports/job-store.ts";
import type { MediaBucket, ObjectFacts } from "../../contracts/ports/media-bucket.ts";
import { applied } from "../../contracts/protocol/interpret.ts";
import { markUploaded, refuseUpload } from "../../contracts/protocol/owner-transitions.ts";
import type { Dispatch } from "../../contracts/protocol/dispatch.ts";
import { faultOf, isUndispatched } from "../ingest.ts";
import { aboutJob, type Log } from "../log.ts";
import type { Pipelines } from "../pipelines.ts";
import { contentTypeOf } from "./content-type-of.ts";

export interface TakeInboxFileDependencies {
  readonly jobs: JobStore;
  readonly idempotency: IdempotencyStore;
  readonly bucket: MediaBucket;
  readonly pipelines: Pipelines;
  readonly dispatch: Dispatch;
  readonly inboxPipeline: string;
  readonly newJobId: () => JobId;
  readonly log: Log;
  readonly now: () => number;
}

export interface InboxFile {
  readonly key: string;
  readonly owner: string;
  readonly filename: string;
}

/** Makes the one job of a file that came without the API, however often its event comes. */
export function takeInboxFile(dependencies: TakeInboxFileDependencies) {
  const { jobs, idempotency, bucket, dispatch, newJobId, log, now } = dependencies;

  return async (file: InboxFile): Promise<void> => {
    const object = await bucket.head(file.key);
    if (!object) {
      log.warn("A file left the inbox before its event was read.", { owner: file.owner });
      return;
    }
    const { jobId } = await idempotency.reserve({
      owner: file.owner,
      // Another file under the same name is another job.
      key: JSON.stringify(["inbox", file.key, object.etag, object.lastModified]),
      requestHash: "",
      jobId: newJobId(),
      expiresAt: Math.floor(now() / 1000) + limits.queueRetentionDays * 24 * 3600,
    });
    const pipelineId = await pipelineOf(file, dependencies);
    const row = rowOf(file, { jobId, object, pipelineId, now: now() });
    const inserted = await jobs.insert(row);
    const current = inserted ? row : await jobs.find(jobId);
    if (inserted) log.info("A file of the inbox became a job.", aboutJob(row));
    if (current && isUndispatched(current)) await dispatch(current);
  };
}

/** `inbox/{owner}/{pipeline}/file` asks for a pipeline, if there is one of that name. */
async function pipelineOf(
  { key, owner }: InboxFile,
  { pipelines, inboxPipeline }: TakeInboxFileDependencies,
): Promise<string> {
  const [folder, ...below] = key.slice(`${keys.inbox}${owner}/`.length).split("/");
  const named = folder && below.length ? await pipelines.find(folder) : undefined;
  return named?.pipeline_id ?? inboxPipeline;
}

/** The row as if the job had been submitted and its upload taken in, in one write. */
function rowOf(
  { key, owner, filename }: InboxFile,
  {
    jobId,
    object: { etag, sizeBytes, lastModified },
    pipelineId,
    now,
  }: { jobId: JobId; object: ObjectFacts; pipelineId: string; now: number },
): JobRow {
  const submitted = submittedRow(
    {
      jobId,
      owner,
      // The cut may halve a surrogate pair.
      filename: filename.slice(0, 255).toWellFormed(),
      contentType: contentTypeOf(filename),
      pipelineId,
      options: {},
      traceId: traceIdOf({ jobId }),
    },
    { now },
  );
  const source = { key, etag, sizeBytes, lastModified };
  const error = faultOf(source, undefined);
  const step = error
    ? refuseUpload(submitted, { now, error })
    : markUploaded(submitted, { now, source });
  return applied(step.update, submitted);
}
