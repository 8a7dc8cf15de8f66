import type { JobRow } from "../../contracts/job.ts";
import { keys, parseResultKey } from "../../contracts/keys.ts";
import type { MediaBucket } from "../../contracts/ports/media-bucket.ts";

/** Removes what the attempts of a job that has ended left behind: objects that its result does not point to. */
export function orphanRemover({
  bucket,
}: {
  readonly bucket: Pick<MediaBucket, "list" | "remove">;
}) {
  return async ({ jobId, run, result }: JobRow): Promise<void> => {
    const kept = result && keys.fenceFolder(jobId, result.run, result.fence);
    for await (const { key } of bucket.list(keys.resultFolder(jobId))) {
      // A later run may have begun meanwhile; what it writes is its own.
      const isLater = (parseResultKey(key)?.run ?? 0) > run;
      if (!isLater && !(kept && key.startsWith(kept))) await bucket.remove(key);
    }
  };
}
