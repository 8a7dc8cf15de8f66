import type { SubmitVideoRequest, SubmitVideoResponse } from "../../contracts/api.ts";
import { PermanentError } from "../../contracts/errors.ts";
import type { JobId } from "../../contracts/job-id.ts";
import type { JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { IdempotencyStore, JobStore } from "../../contracts/ports/job-store.ts";
import type { MediaSigner } from "../../contracts/ports/media-bucket.ts";
import { submittedRow } from "../../contracts/protocol/submitted-row.ts";
import { dueIn } from "../../contracts/protocol/schedule.ts";
import { traceIdOf } from "../../contracts/trace-id.ts";
import { aboutJob, type Log } from "../log.ts";
import type { Pipelines } from "../pipelines.ts";
import { findJob } from "./find-job.ts";
import { reserveJobId } from "./reserve-job-id.ts";
import type { RouteRequest } from "./route-request.ts";
import { partBytesFor, uploadView } from "./upload-view.ts";

export interface SubmitVideoDependencies {
  readonly jobs: JobStore;
  readonly idempotency: IdempotencyStore;
  readonly pipelines: Pipelines;
  readonly signer: MediaSigner;
  readonly newJobId: () => JobId;
  readonly now: () => number;
  readonly uploadBytesMax: number;
  readonly log: Log;
}

/** Opens a job and says where to put its video. Nothing is queued until the upload arrives. */
export function submitVideo(dependencies: SubmitVideoDependencies) {
  const { jobs, signer, newJobId, now, log } = dependencies;

  return async ({
    owner,
    body,
    idempotencyKey,
    traceId,
  }: Omit<RouteRequest<"submitVideo">, "jobId" | "query">): Promise<SubmitVideoResponse> => {
    await refuseImpossible(body, dependencies);
    const jobId =
      idempotencyKey === undefined
        ? newJobId()
        : await reserveJobId({ owner, body, key: idempotencyKey }, dependencies);

    // Row before answer: an upload whose row is missing could not be repaired, a row without an upload expires.
    const row = newRow({ jobId, owner, body, traceId, now: now() });
    const inserted = await jobs.insert(row);
    const current = inserted ? row : await findJob(jobs, { owner, jobId });
    // A repeated request has a trace of its own; the job keeps that of the first.
    log.info(inserted ? "A job was submitted." : "A job was asked for again.", {
      ...aboutJob(current),
      pipeline_id: current.pipelineId,
      size_bytes: current.sizeBytes,
    });

    const upload = await uploadView(current, { signer, now });
    return { job_id: jobId, status: current.status, upload };
  };
}

async function refuseImpossible(
  { pipeline_id, options, size_bytes }: SubmitVideoRequest,
  { pipelines, uploadBytesMax }: SubmitVideoDependencies,
): Promise<void> {
  const pipeline = await pipelines.find(pipeline_id);
  if (!pipeline) {
    throw new PermanentError("PIPELINE_UNKNOWN", `There is no pipeline ${pipeline_id}.`);
  }
  const named = [...(options.classes ?? []), ...Object.keys(options.score_min_by_class ?? {})];
  const unknown = named.filter((name) => !pipeline.model.classes.includes(name));
  if (unknown.length) {
    throw new PermanentError(
      "CLASS_UNKNOWN",
      `The model of pipeline ${pipeline_id} has no class ${unknown.slice(0, 10).join(", ")}.`,
    );
  }
  if (size_bytes === 0) throw new PermanentError("UPLOAD_EMPTY", "size_bytes is 0.");
  if (size_bytes > uploadBytesMax) {
    throw new PermanentError(
      "UPLOAD_TOO_LARGE",
      `The video has ${size_bytes} bytes; at most ${uploadBytesMax} are taken.`,
    );
  }
}

const newRow = ({
  jobId,
  owner,
  body,
  traceId,
  now,
}: {
  jobId: JobId;
  owner: string;
  body: SubmitVideoRequest;
  traceId: string | undefined;
  now: number;
}): JobRow => ({
  ...submittedRow(
    {
      jobId,
      owner,
      filename: body.filename,
      contentType: body.content_type,
      pipelineId: body.pipeline_id,
      options: body.options,
      traceId: traceId ?? traceIdOf({ jobId }),
    },
    { now },
  ),
  sizeBytes: body.size_bytes,
  partBytes: partBytesFor(body.size_bytes),
  uploadBy: now + limits.uploadBySeconds * 1000,
  ...dueIn({ jobId }, now, limits.uploadCheckSeconds),
});
