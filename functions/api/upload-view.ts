import type { UploadView } from "../../contracts/api.ts";
import type { JobRow } from "../../contracts/job.ts";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import type { MediaSigner } from "../../contracts/ports/media-bucket.ts";
import { signedRequestView } from "./signed-request-view.ts";
import { timeOf } from "./time.ts";

/** Part size for an upload: few enough parts that clients which read one page of ListParts see them all. */
export const partBytesFor = (sizeBytes: number): number =>
  Math.max(limits.partBytesMin, Math.ceil(sizeBytes / limits.partsMax));

/** Where to put a job's video, freshly signed. */
export async function uploadView(
  { jobId, sizeBytes = 0, contentType, partBytes = partBytesFor(sizeBytes) }: JobRow,
  { signer, now }: { readonly signer: MediaSigner; readonly now: () => number },
): Promise<UploadView> {
  const key = keys.upload(jobId);
  const put =
    sizeBytes <= limits.putBytesMax ? await signer.put(key, { sizeBytes, contentType }) : undefined;
  return {
    key,
    expires_at: timeOf(put?.expiresAt ?? now() + limits.presignSeconds * 1000),
    put: put ? signedRequestView(put) : null,
    multipart: {
      recommended: sizeBytes >= limits.multipartBytesMin,
      part_size_bytes: partBytes,
      parts: Math.max(1, Math.ceil(sizeBytes / partBytes)),
      sign_path: `/v1/jobs/${jobId}/upload/sign`,
    },
  };
}
