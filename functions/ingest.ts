import type { JobRow } from "../contracts/job.ts";
import type { JobError } from "../contracts/work-row.ts";
import { keys } from "../contracts/keys.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import type { MediaBucket, ObjectFacts } from "../contracts/ports/media-bucket.ts";
import { markUploaded, refuseUpload } from "../contracts/protocol/owner-transitions.ts";
import type { Dispatch } from "../contracts/protocol/dispatch.ts";

export interface IngestDependencies {
  readonly jobs: JobStore;
  readonly bucket: MediaBucket;
  readonly dispatch: Dispatch;
  readonly now: () => number;
}

/**
 * Takes in what has arrived for a job that waits for its upload: queues it, or refuses it with a reason.
 * Answers `absent` when there is no object. Repeating it at any point does no harm.
 */
export function ingester({ jobs, bucket, dispatch, now }: IngestDependencies) {
  return async (row: JobRow): Promise<"queued" | "refused" | "absent"> => {
    const upload = await bucket.head(keys.upload(row.jobId));
    if (!upload) return "absent";

    const error = faultOf(upload, row.sizeBytes);
    if (error) {
      await jobs.move(row.jobId, refuseUpload(row, { now: now(), error }));
      return "refused";
    }

    const { key, etag, sizeBytes } = upload;
    const source = { key, etag, sizeBytes };
    const { moved, row: after } = await jobs.move(
      row.jobId,
      markUploaded(row, { now: now(), source }),
    );
    if (moved && after && isUndispatched(after)) await dispatch(after);
    return "queued";
  };
}

/** Whether a crash may have come between the row and its message. */
export const isUndispatched = (row: JobRow): boolean =>
  row.status === "pending" && row.dispatchedAt === undefined && row.deletedAt === undefined;

/** Why an object can never become a result, as far as its size tells. */
export function faultOf(
  { sizeBytes }: ObjectFacts,
  announcedBytes: number | undefined,
): JobError | undefined {
  if (sizeBytes === 0) return { code: "UPLOAD_EMPTY", message: "The uploaded file has 0 bytes." };
  if (announcedBytes === undefined || sizeBytes === announcedBytes) return undefined;
  return {
    code: "UPLOAD_SIZE_MISMATCH",
    message: `${announcedBytes} bytes were announced, ${sizeBytes} arrived.`,
  };
}
